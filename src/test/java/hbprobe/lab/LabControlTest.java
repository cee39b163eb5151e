package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import hbprobe.model.Fault;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said between {@link LabControl} and {@link LabRemote}, without a lab. */
@Timeout(20)
@EnabledOnOs(OS.LINUX)
class LabControlTest {
    private static final LabRequest GREETING = LabRequest.parse("heal nat-flush");

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private <T extends AutoCloseable> T closedAtTheEnd(T one) {
        open.add(one);
        return one;
    }

    private Path socket() {
        return folder.resolve("control");
    }

    private LabControl control(Consumer<LabRequest> faults) {
        return closedAtTheEnd(LabControl.at(socket(), faults));
    }

    private LabRemote remote() {
        return closedAtTheEnd(LabRemote.of(Optional.of(socket().toString())).orElseThrow());
    }

    private LineChannel lines() throws IOException {
        return closedAtTheEnd(new LineChannel(SocketChannel.open(UnixDomainSocketAddress.of(socket()))));
    }

    @Test
    void whatIsAskedForIsCarriedOutInOrder() {
        List<String> done = new ArrayList<>();
        control(request -> done.add(request.line()));
        LabRemote remote = remote();
        remote.stage(Fault.Kind.KILL);
        remote.heal(Fault.Kind.KILL);
        assertThat(done).containsExactly(GREETING.line(), "stage kill", "heal kill");
    }

    @Test
    void withoutALabThereIsNothingToAsk() {
        assertThat(LabRemote.of(Optional.empty())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "stage earthquake, error 'earthquake' is no fault of a lab; there are",
        "shake kill, error 'shake kill' is no request; say 'stage FAULT' or 'heal FAULT'",
        "'', error '' is no request"
    })
    void anUnknownWordIsAnErrorAndTheConversationGoesOn(String line, String answer) throws IOException {
        control(request -> {});
        LineChannel lines = lines();
        lines.write(line);
        assertThat(lines.read()).hasValueSatisfying(said -> assertThat(said).startsWith(answer));
        lines.write("stage kill");
        assertThat(lines.read()).hasValue("ok");
    }

    @Test
    void aReasonReachesTheAskingProgramInOneLine() {
        control(request -> {
            if (!request.equals(GREETING)) {
                throw new LabException("first\nsecond");
            }
        });
        LabRemote remote = remote();
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> remote.stage(Fault.Kind.KILL))
                .withMessage("stage kill: first second");
    }

    @Test
    void aDefectIsAnAnswerToo() {
        control(request -> {
            if (!request.equals(GREETING)) {
                throw new IllegalStateException("the lab is closed");
            }
        });
        LabRemote remote = remote();
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> remote.stage(Fault.Kind.KILL))
                .withMessage("stage kill: java.lang.IllegalStateException: the lab is closed");
    }

    @Test
    void aReasonThatIsTooLongIsCut() throws IOException {
        control(request -> {
            throw new LabException("x".repeat(2 * LineChannel.LONGEST));
        });
        LineChannel lines = lines();
        lines.write("stage kill");
        assertThat(lines.read())
                .hasValueSatisfying(said ->
                        assertThat(said).hasSize(LineChannel.LONGEST - 1).startsWith("error xxx"));
    }

    @Test
    void aLineWithoutAnEndEndsTheConversation() throws IOException {
        control(request -> {});
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            channel.write(ByteBuffer.wrap(new byte[LineChannel.LONGEST]));
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void oneConnectionTooManyIsToldSo() throws IOException {
        control(request -> {});
        for (int i = 0; i < LabControl.MOST_CONNECTIONS; i++) {
            remote();
        }
        assertThat(lines().read()).hasValue("error more than 8 connections at once");
    }

    @Test
    void aProgramInsideFindsThePath() {
        ProcessBuilder program = new ProcessBuilder("true");
        control(request -> {}).handTo(program);
        assertThat(program.environment()).containsEntry("HBPROBE_LAB_CONTROL", socket().toString());
    }

    @Test
    void aClosedControlIsALabThatIsGone() {
        LabControl control = control(request -> {});
        LabRemote before = remote();
        control.close();
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> before.stage(Fault.Kind.KILL))
                .withMessageStartingWith("stage kill: ");
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(this::remote)
                .withMessageStartingWith("connect to the lab at " + socket() + ": ");
    }

    @Test
    void closingWaitsForWhatIsBeingCarriedOut() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        List<String> order = new ArrayList<>();
        LabControl control = control(request -> {
            if (!request.equals(GREETING)) {
                begun.countDown();
                awaitQuietly(mayEnd);
                order.add("carried out");
            }
        });
        LabRemote remote = remote();
        Thread asking = new Thread(() -> remote.stage(Fault.Kind.KILL));
        asking.setUncaughtExceptionHandler((thread, error) -> {}); // the answer may or may not get through
        asking.start();
        begun.await();
        Thread closing = new Thread(() -> {
            control.close();
            order.add("closed");
        });
        closing.start();
        mayEnd.countDown();
        closing.join();
        asking.join();
        assertThat(order).containsExactly("carried out", "closed");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSecondControlAtTheSamePathIsRefused() {
        control(request -> {});
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> control(request -> {}))
                .withMessage("open the lab's control: Address already in use");
    }
}
