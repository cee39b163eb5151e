package hbprobe.dialect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import hbprobe.model.Login;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.CodecException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets of a MySQL server's, whole, in pieces, and broken; and logins that Debian has no server for. */
class MysqlLoginTest {
    private static final String NONCE = "\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22\23\24";

    /** By Python's hashlib. */
    private static final String NATIVE_PROOF = "d89f3f22a263ab2fd035b0d974fa6e7a1e481689";

    private static final String SHA2_PROOF = "7456a404052cb5f66ab5b955297c7f2df587050d2c6298204de40b01d2caf5a5";

    private static final String GREETING = "\12" + "8.4.0\0" + "\7\0\0\0" + NONCE.substring(0, 8) + "\0"
            + "\377\367" + "\377" + "\2\0" + "\17\0" + "\25" + "\0".repeat(10) + NONCE.substring(8) + "\0"
            + "caching_sha2_password\0";

    private static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static MysqlPacket packet(String payload) {
        return new MysqlPacket(2, bytes(payload));
    }

    private static MysqlLogin login(String greeting, String password, boolean underTls) {
        return new MysqlLogin(
                MysqlLogin.Greeting.of(packet(greeting)),
                new Login(Optional.of("ann"), Optional.of(password)),
                "",
                underTls);
    }

    private static String hex(ByteBuf packet) {
        return ByteBufUtil.hexDump(packet);
    }

    @Test
    void whatAGreetingSays() {
        MysqlLogin.Greeting greeting = MysqlLogin.Greeting.of(packet(GREETING));

        assertThat(greeting.version()).isEqualTo("8.4.0");
        assertThat(greeting.thread()).isEqualTo(7);
        assertThat(greeting.nonce()).isEqualTo(NONCE);
        assertThat(greeting.plugin()).isEqualTo("caching_sha2_password");
        assertThat(greeting.knowsTls()).isFalse(); // 0xf7ff lacks bit 11
        assertThat(greeting.isMariaDb()).isFalse();
    }

    @Test
    void aGreetingThatIsCutOff() {
        int needed = GREETING.length() - "caching_sha2_password\0".length();
        for (int length = 0; length < needed; length++) {
            MysqlPacket cut = new MysqlPacket(0, Arrays.copyOf(bytes(GREETING), length));
            assertThatThrownBy(() -> MysqlLogin.Greeting.of(cut)).isInstanceOf(CodecException.class);
        }
    }

    @Test
    void aPasswordThatTheServerRemembers() throws Exception {
        MysqlLogin login = login(GREETING, "sesame-1", false);

        assertThat(hex(login.response(1))).contains("616e6e00" + "20" + SHA2_PROOF);
        assertThat(login.goOn(packet("\1\3"))).isEmpty();
    }

    @Test
    void aPasswordThatTheServerWantsToSee() throws Exception {
        assertThat(login(GREETING, "sesame-1", true).goOn(packet("\1\4")))
                .hasValueSatisfying(
                        said -> assertThat(hex(said)).isEqualTo("09000003" + ByteBufUtil.hexDump(bytes("sesame-1\0"))));
        assertThatThrownBy(() -> login(GREETING, "sesame-1", false).goOn(packet("\1\4")))
                .hasMessageContaining("?ssl-mode=required")
                .hasMessageNotContaining("sesame");
    }

    @Test
    void anotherWayThanWasAssumed() throws Exception {
        assertThat(login(GREETING, "sesame-1", false).goOn(packet("\376mysql_native_password\0" + NONCE + "\0")))
                .hasValueSatisfying(said -> assertThat(hex(said)).isEqualTo("14000003" + NATIVE_PROOF));
        assertThatThrownBy(() -> login(GREETING, "sesame-1", false).goOn(packet("\376client_ed25519\0" + NONCE)))
                .hasMessageContaining("client_ed25519");
    }

    @Test
    void noPasswordIsNoProof() throws Exception {
        assertThat(hex(login(GREETING, "", false).response(1))).contains("616e6e0000" + "63616368");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\1\5", "\1"})
    void nonsenseInPlaceOfMore(String payload) {
        assertThatThrownBy(() -> login(GREETING, "sesame-1", true).goOn(packet(payload)))
                .isInstanceOfAny(RefusedException.class, CodecException.class);
    }

    @Test
    void packetsByteByByte() {
        EmbeddedChannel channel = new EmbeddedChannel(new MysqlDecoder());
        for (byte next : bytes("\1\0\0\1\0" + "\0\0\0\2")) {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {next}));
        }

        MysqlPacket first = channel.readInbound();
        MysqlPacket second = channel.readInbound();
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.isOk()).isTrue();
        assertThat(second.sequence()).isEqualTo(2);
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"220 mail.example ESMTP\r\n", "-ERR unknown command\r\n", "SSH-2.0-OpenSSH_9.2\r\n"})
    void anotherProtocolIsTakenDownOnce(String greeting) {
        EmbeddedChannel channel = new EmbeddedChannel(new MysqlDecoder());
        channel.writeInbound(Unpooled.wrappedBuffer(bytes(greeting)));
        channel.writeInbound(Unpooled.wrappedBuffer(bytes("\1\0\0\1\0")));

        MysqlPacket.Foreign foreign = channel.readInbound();
        assertThat(foreign.heard()).isEqualTo(greeting.strip());
        assertThat(channel.inboundMessages()).isEmpty();
    }

    @Test
    void anAnswerOfRows() {
        MysqlAnswer answer = new MysqlAnswer();
        assertThat(answer.add(packet("\1"))).isFalse();
        assertThat(answer.add(packet("\3def"))).isFalse();
        assertThat(answer.add(packet("\376\0\0\2\0"))).isFalse();
        assertThat(answer.add(packet("\3abc\373"))).isFalse();
        assertThat(answer.add(packet("\376\0\0\2\0"))).isTrue();
        assertThat(answer.row()).isEqualTo(List.of("abc", ""));
        assertThat(answer.refusal()).isEmpty();
    }

    @Test
    void anAnswerThatIsAnError() {
        MysqlAnswer answer = new MysqlAnswer();
        assertThat(answer.add(packet("\377\50\4#HY000gone"))).isTrue();
        assertThat(answer.refusal()).contains(new MysqlPacket.Refusal(1064, "gone"));
        assertThat(packet("\377\21\4Too many").refusal()).isEqualTo(new MysqlPacket.Refusal(1041, "Too many"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\5abc", "\374\1", "\375\1\1", "\374\377\377abc"})
    void aRowThatIsCutOff(String row) {
        assertThatThrownBy(() -> packet(row).row()).isInstanceOf(CodecException.class);
    }
}
