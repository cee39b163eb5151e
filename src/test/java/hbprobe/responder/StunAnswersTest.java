package hbprobe.responder;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.responder.StunAnswers.Place;
import hbprobe.responder.StunAnswers.Reply;
import hbprobe.wire.Stun;
import hbprobe.wire.StunAttribute;
import hbprobe.wire.StunAttribute.Change;
import hbprobe.wire.StunAttribute.Changed;
import hbprobe.wire.StunAttribute.Foreign;
import hbprobe.wire.StunAttribute.Mapped;
import hbprobe.wire.StunAttribute.Origin;
import hbprobe.wire.StunAttribute.Other;
import hbprobe.wire.StunAttribute.Padding;
import hbprobe.wire.StunAttribute.Refusal;
import hbprobe.wire.StunAttribute.ResponsePort;
import hbprobe.wire.StunAttribute.Source;
import hbprobe.wire.StunAttribute.Unknown;
import hbprobe.wire.StunAttribute.XorMapped;
import hbprobe.wire.StunId;
import hbprobe.wire.StunMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the responder answers to STUN, and how much of it. */
class StunAnswersTest {
    private static final InetSocketAddress CLIENT = at("192.0.2.9", 40_001);
    private static final InetSocketAddress HERE = at("198.51.100.2", 3478);
    private static final InetSocketAddress THERE = at("198.51.100.3", 3479);
    private static final Place PAIRED = new Place(HERE, Optional.of(THERE));
    private static final Place ALONE = new Place(HERE, Optional.empty());
    private static final StunId MODERN = StunId.modern(1, 2);
    private static final StunId OLD = new StunId(1, 2);

    private static InetSocketAddress at(String address, int port) {
        return new InetSocketAddress(address(address), port);
    }

    private static InetAddress address(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static Reply reply(StunMessage request, Place place) {
        return StunAnswers.to(request, CLIENT, place).orElseThrow();
    }

    @Test
    void aRequestIsToldWhereItCameFromAndWhoElseIsHere() {
        Reply reply = reply(StunMessage.request(MODERN), PAIRED);

        assertThat(reply.from()).isEqualTo(HERE);
        assertThat(reply.message().kind()).isEqualTo(StunMessage.Kind.SUCCESS);
        assertThat(reply.message().id()).isEqualTo(MODERN);
        assertThat(reply.message().attributes())
                .containsExactly(new XorMapped(CLIENT), new Mapped(CLIENT), new Origin(HERE), new Other(THERE));
        assertThat(reply(StunMessage.request(MODERN), ALONE).message().attributes())
                .containsExactly(new XorMapped(CLIENT), new Origin(HERE));
    }

    @Test
    void aClientOfRfc3489IsToldTheSameInItsWords() {
        assertThat(reply(StunMessage.request(OLD), PAIRED).message().attributes())
                .containsExactly(new Mapped(CLIENT), new Source(HERE), new Changed(THERE));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, 198.51.100.2, 3478",
        "true, false, 198.51.100.3, 3478",
        "false, true, 198.51.100.2, 3479",
        "true, true, 198.51.100.3, 3479"
    })
    void theAnswerComesFromWhereItIsWanted(boolean address, boolean port, String from, int fromPort) {
        Reply reply = reply(StunMessage.request(MODERN, new Change(address, port)), PAIRED);

        assertThat(reply.from()).isEqualTo(at(from, fromPort));
        assertThat(reply.message().first(Origin.class)).contains(new Origin(at(from, fromPort)));
        assertThat(reply.message().first(Other.class)).contains(new Other(THERE));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new Foreign(0x0002), PAIRED), // RESPONSE-ADDRESS: the answer to a third party
                Arguments.of(new Foreign(0x7abc), PAIRED),
                Arguments.of(new ResponsePort(9), PAIRED),
                Arguments.of(new Padding(1_400), PAIRED),
                Arguments.of(new Change(true, true), ALONE));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsNotServedIsRefusedByName(StunAttribute attribute, Place place) {
        StunMessage request = new StunMessage(StunMessage.Kind.REQUEST, MODERN, List.of(attribute));

        Reply reply = reply(request, place);

        assertThat(reply.message().kind()).isEqualTo(StunMessage.Kind.ERROR);
        assertThat(reply.message().attributes())
                .containsExactly(new Refusal(420, "Unknown Attribute"), new Unknown(List.of(attribute.type())));
        assertThat(reply.from()).isEqualTo(HERE);
    }

    @Test
    void passwordsAreOfNoMeaning() {
        StunMessage request = new StunMessage(
                StunMessage.Kind.REQUEST,
                MODERN,
                List.of(new Foreign(0x0006), new Foreign(0x0008), new Foreign(0x8029)));

        assertThat(reply(request, PAIRED).message().kind()).isEqualTo(StunMessage.Kind.SUCCESS);
    }

    @ParameterizedTest
    @EnumSource(
            value = StunMessage.Kind.class,
            names = {"REQUEST"},
            mode = EnumSource.Mode.EXCLUDE)
    void whatIsNoRequestHasNoAnswer(StunMessage.Kind kind) {
        assertThat(StunAnswers.to(new StunMessage(kind, MODERN, List.of()), CLIENT, PAIRED))
                .isEmpty();
    }

    @Test
    void theFactorIsWhatItIs() {
        int asked = Stun.encode(StunMessage.request(MODERN)).length;

        assertThat(asked).isEqualTo(20);
        assertThat(Stun.encode(reply(StunMessage.request(MODERN), ALONE).message()))
                .hasSize(44);
        assertThat(Stun.encode(reply(StunMessage.request(MODERN), PAIRED).message()))
                .hasSize(68);
        for (int unknown = 1; unknown < 100; unknown++) {
            List<StunAttribute> many = Stream.iterate(0x1000, type -> type + 1)
                    .limit(unknown)
                    .<StunAttribute>map(Foreign::new)
                    .toList();
            StunMessage request = new StunMessage(StunMessage.Kind.REQUEST, MODERN, many);
            int length = Stun.encode(reply(request, PAIRED).message()).length;
            assertThat(length / (20.0 + 4 * unknown)).isLessThanOrEqualTo(68 / 20.0);
        }
    }

    // ---- places
    // --------------------------------------------------------------------------------------------------

    @Test
    void twoAddressesOfAFamilyAreEachOthersOther() {
        List<Place> places = StunService.places(List.of(
                address("198.51.100.2"), address("2001:db8::2"), address("198.51.100.3"), address("198.51.100.4")));

        assertThat(places)
                .containsExactly(
                        new Place(at("198.51.100.2", 3478), Optional.of(at("198.51.100.3", 3479))),
                        new Place(at("198.51.100.2", 3479), Optional.of(at("198.51.100.3", 3478))),
                        new Place(at("198.51.100.3", 3478), Optional.of(at("198.51.100.2", 3479))),
                        new Place(at("198.51.100.3", 3479), Optional.of(at("198.51.100.2", 3478))),
                        new Place(at("198.51.100.4", 3478), Optional.empty()),
                        new Place(at("2001:db8::2", 3478), Optional.empty()));
    }

    // ---- budget
    // --------------------------------------------------------------------------------------------------

    private static final long SECOND_NS = 1_000_000_000;

    private static int allowed(StunBudget budget, InetAddress address, int asked, long nowNs) {
        int allowed = 0;
        for (int i = 0; i < asked; i++) {
            allowed += budget.allows(address, nowNs) ? 1 : 0;
        }
        return allowed;
    }

    @Test
    void anAddressHasItsBurstAndThenItsRate() {
        long startNs = Long.MAX_VALUE - SECOND_NS / 2;
        StunBudget budget = new StunBudget(startNs);
        InetAddress one = address("192.0.2.1");

        assertThat(allowed(budget, one, 1_000, startNs)).isEqualTo(StunBudget.ADDRESS_BURST);
        assertThat(allowed(budget, one, 1_000, startNs + SECOND_NS)).isEqualTo(StunBudget.ADDRESS_PER_SECOND);
        assertThat(allowed(budget, address("192.0.2.2"), 1, startNs + SECOND_NS))
                .isEqualTo(1);
    }

    @Test
    void anIpv6AddressCountsWithItsNetwork() {
        StunBudget budget = new StunBudget(0);

        assertThat(allowed(budget, address("2001:db8::1"), 1_000, 0)).isEqualTo(StunBudget.ADDRESS_BURST);
        assertThat(allowed(budget, address("2001:db8::ffff:1"), 10, 0)).isZero();
        assertThat(allowed(budget, address("2001:db8:0:1::1"), 10, 0)).isEqualTo(10);
    }

    @Test
    void aMillionAddressesCostBoundedMemoryAndABoundedRate() {
        StunBudget budget = new StunBudget(0);
        int allowed = 0;
        for (int i = 0; i < 1_000_000; i++) {
            InetAddress spoofed =
                    address((1 + i % 223) + "." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255));
            allowed += budget.allows(spoofed, i * 10_000L) ? 1 : 0; // ten seconds in all
        }

        assertThat(allowed).isLessThanOrEqualTo(StunBudget.ALL_BURST + 10 * StunBudget.ALL_PER_SECOND);
        assertThat(budget.addresses()).isLessThanOrEqualTo(StunBudget.ADDRESSES);
    }
}
