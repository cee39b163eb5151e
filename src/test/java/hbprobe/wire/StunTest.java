package hbprobe.wire;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.wire.StunAttribute.Change;
import hbprobe.wire.StunAttribute.Changed;
import hbprobe.wire.StunAttribute.Fingerprint;
import hbprobe.wire.StunAttribute.Foreign;
import hbprobe.wire.StunAttribute.Mapped;
import hbprobe.wire.StunAttribute.Origin;
import hbprobe.wire.StunAttribute.Other;
import hbprobe.wire.StunAttribute.Padding;
import hbprobe.wire.StunAttribute.Refusal;
import hbprobe.wire.StunAttribute.ResponsePort;
import hbprobe.wire.StunAttribute.Software;
import hbprobe.wire.StunAttribute.Source;
import hbprobe.wire.StunAttribute.Unknown;
import hbprobe.wire.StunAttribute.XorMapped;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of RFC 5769 are read as it says, and what is written is read again. */
class StunTest {
    /** RFC 5769, section 2.1. */
    private static final String REQUEST = """
            00010058 2112a442 b7e7a701bc34d686fa87dfae
            80220010 5354554e207465737420636c69656e74
            00240004 6e0001ff
            80290008 932ff9b151263b36
            00060009 6576746a3a68367659202020
            00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
            80280004 e57a3bcf""";

    /** RFC 5769, section 2.2. */
    private static final String RESPONSE_V4 = """
            0101003c 2112a442 b7e7a701bc34d686fa87dfae
            8022000b 7465737420766563746f7220
            00200008 0001a147e112a643
            00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
            80280004 c07d4c96""";

    /** RFC 5769, section 2.3. */
    private static final String RESPONSE_V6 = """
            01010048 2112a442 b7e7a701bc34d686fa87dfae
            8022000b 7465737420766563746f7220
            00200014 0002a1470113a9faa5d3f179bc25f4b5bed2b9d9
            00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
            80280004 c8fb0b4c""";

    private static final StunId ID = new StunId(0x2112a442b7e7a701L, 0xbc34d686fa87dfaeL);

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }

    private static InetSocketAddress at(String address, int port) throws UnknownHostException {
        return new InetSocketAddress(InetAddress.getByName(address), port);
    }

    @Test
    void theSampleRequestIsRead() {
        StunMessage message = Stun.decode(bytes(REQUEST)).orElseThrow();

        assertThat(message.kind()).isEqualTo(StunMessage.Kind.REQUEST);
        assertThat(message.id()).isEqualTo(ID);
        assertThat(message.id().isModern()).isTrue();
        assertThat(message.first(Software.class)).contains(new Software("STUN test client"));
        assertThat(message.first(Fingerprint.class)).isPresent();
        // PRIORITY of ICE, USERNAME and MESSAGE-INTEGRITY may not be passed over by who doesn't know them.
        assertThat(message.notUnderstood()).containsExactly(0x0024, 0x0006, 0x0008);
    }

    @ParameterizedTest
    @CsvSource({"v4, 192.0.2.1", "v6, 2001:db8:1234:5678:11:2233:4455:6677"})
    void theSampleResponsesAreRead(String family, String address) throws Exception {
        StunMessage message = Stun.decode(bytes(family.equals("v4") ? RESPONSE_V4 : RESPONSE_V6))
                .orElseThrow();

        assertThat(message.kind()).isEqualTo(StunMessage.Kind.SUCCESS);
        assertThat(message.first(XorMapped.class)).contains(new XorMapped(at(address, 32_853)));
        assertThat(message.first(Software.class)).contains(new Software("test vector"));
    }

    @ParameterizedTest
    @ValueSource(strings = {RESPONSE_V4, RESPONSE_V6})
    void theAddressIsWrittenAsInTheSamples(String sample) {
        StunMessage message = Stun.decode(bytes(sample)).orElseThrow();
        XorMapped mapped = message.first(XorMapped.class).orElseThrow();

        byte[] written = Stun.encode(new StunMessage(message.kind(), ID, List.of(mapped)));

        String attribute = HexFormat.of().formatHex(written, 20, written.length);
        assertThat(HexFormat.of().formatHex(bytes(sample))).contains(attribute);
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, RESPONSE_V4, RESPONSE_V6})
    void whateverBitIsTurnedTheFingerprintTells(String sample) {
        byte[] whole = bytes(sample);
        for (int bit = 0; bit < 8 * whole.length; bit++) {
            byte[] turned = whole.clone();
            turned[bit / 8] ^= (byte) (1 << bit % 8);
            Optional<StunMessage> read = Stun.decode(turned);
            // But where the turned bit makes another attribute of the fingerprint itself.
            assertThat(read.filter(message -> message.first(Fingerprint.class).isPresent()))
                    .as("bit " + bit)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {REQUEST, RESPONSE_V4, RESPONSE_V6})
    void whatIsCutOffIsNoMessage(String sample) {
        byte[] whole = bytes(sample);
        for (int length = 0; length < whole.length; length++) {
            assertThat(Stun.decode(Arrays.copyOf(whole, length)))
                    .as("first " + length)
                    .isEmpty();
        }
        assertThat(Stun.decode(Arrays.copyOf(whole, whole.length + 4))).isEmpty();
    }

    @Test
    void everyAttributeIsReadAsItWasWritten() throws Exception {
        List<StunAttribute> all = List.of(
                new Mapped(at("192.0.2.1", 1)),
                new XorMapped(at("2001:db8::1", 65_535)),
                new Change(true, false),
                new Change(false, true),
                new Source(at("192.0.2.2", 3478)),
                new Changed(at("192.0.2.3", 3479)),
                new Origin(at("2001:db8::2", 3478)),
                new Other(at("2001:db8::3", 3479)),
                new ResponsePort(40_001),
                new Padding(1_500),
                new Software("hbprobe"),
                new Refusal(420, "Unknown Attribute"),
                new Unknown(List.of(0x0002, 0x7fff, 0x0026)),
                new Fingerprint());
        StunMessage message = new StunMessage(StunMessage.Kind.SUCCESS, ID, all);

        assertThat(Stun.decode(Stun.encode(message))).contains(message);
    }

    @Test
    void anIdWithoutTheCookieIsOfRfc3489() {
        assertThat(new StunId(1, 2).isModern()).isFalse();
        assertThat(StunId.modern(-1, -1)).isEqualTo(new StunId(0x2112a442ffffffffL, -1));
    }

    @Test
    void anUnknownAttributeIsPassedOver() {
        byte[] message = bytes("0001000c 2112a442 000000000000000000000001 7abc0003 11223300 c0570000");

        assertThat(Stun.decode(message).orElseThrow().attributes())
                .containsExactly(new Foreign(0x7abc), new Foreign(0xc057));
        assertThat(Stun.decode(message).orElseThrow().notUnderstood()).containsExactly(0x7abc);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80010000 2112a442 000000000000000000000001", // not STUN: the first bits
                "00030000 2112a442 000000000000000000000001", // Allocate, of TURN
                "00010004 2112a442 000000000000000000000001 00200008", // longer than what is left
                "00010008 2112a442 000000000000000000000001 00200004 00010001", // no address
                "0001000c 2112a442 000000000000000000000001 00200008 0003000100000000", // of no family
                "00010008 2112a442 000000000000000000000001 00030002 00000000", // CHANGE-REQUEST of two bytes
                "00010004 2112a442 000000000000000000000001 00090000" // ERROR-CODE of none
            })
    void whatIsMalformedIsNoMessage(String hex) {
        assertThat(Stun.decode(bytes(hex))).isEmpty();
    }

    @Test
    void garbageIsReadWithoutAnException() {
        Random random = new Random(1);
        for (int i = 0; i < 200_000; i++) {
            byte[] garbage = bytes(i % 2 == 0 ? RESPONSE_V6 : REQUEST);
            for (int change = random.nextInt(8); change >= 0; change--) {
                garbage[random.nextInt(garbage.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(garbage, random.nextInt(garbage.length + 1));
            if (cut.length >= 20) {
                cut[2] = (byte) ((cut.length - 20) >> 8);
                cut[3] = (byte) (cut.length - 20);
            }
            assertThat(Stun.decode(cut)).isNotNull();
        }
    }
}
