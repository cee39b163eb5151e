package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Rejection;
import hbprobe.model.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Faults of a whole lab, asked for from inside and seen from a real connection. */
@Timeout(120)
class LabFaultsIT {
    private static final LabSettings SETTINGS = LabSettings.defaults();

    /** How long a silence is waited for: a round trip takes 0.1 ms. */
    private static final String SILENCE = " 700";

    /** A router asks for a neighbour three times, once a second, before it gives up and tells the client. */
    private static final String LONG_SILENCE = " 4500";

    private static final String SILENT = "SocketTimeoutException";

    /** A client's order to the end. */
    private interface Scene {
        void play(Lab lab, LabEcho responder, LabTalker client) throws Exception;
    }

    private static void play(LabSettings settings, Scene scene) throws Exception {
        try (Lab lab = Labs.start(settings)) {
            LabEcho responder = new LabEcho(lab);
            try (LabControl control = LabControl.open(lab, responder);
                    LabTalker client = new LabTalker(lab, control)) {
                assertAFreshConnectionWorks(client);
                scene.play(lab, responder, client);
            }
        }
    }

    private static void assertAFreshConnectionWorks(LabTalker client) throws IOException {
        assertThat(client.ask("open")).isEqualTo("open");
        assertThat(client.ask("say")).isEqualTo("echo");
    }

    private static void assertDone(LabTalker client, String order) throws IOException {
        assertThat(client.ask(order)).startsWith("ok after ");
    }

    /** Whatever the client sends is lost: its kernel waits for the acknowledgement, and a SYN for its answer. */
    private static void assertSilentWhileStaged(LabTalker client, String fault) throws IOException {
        assertDone(client, "stage " + fault);
        assertThat(client.ask("say" + SILENCE)).isEqualTo(SILENT);
        assertThat(client.ask("unacked")).isEqualTo("1");
        assertDone(client, "heal " + fault);
        assertThat(client.ask("hear")).as("the flow outlived it").isEqualTo("echo");

        assertDone(client, "stage " + fault);
        assertThat(client.ask("open" + LONG_SILENCE)).isEqualTo(SILENT);
        assertDone(client, "heal " + fault);
        assertAFreshConnectionWorks(client);
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aCutLinkIsSilentAndTheFlowOutlivesIt(Family family) throws Exception {
        play(SETTINGS.withFamily(family), (lab, responder, client) -> assertSilentWhileStaged(client, "link-down"));
    }

    @ParameterizedTest
    @EnumSource(Family.class)
    void aHostThatIsGoneIsSilentAndComesBackAsItWas(Family family) throws Exception {
        play(SETTINGS.withFamily(family), (lab, responder, client) -> {
            String before = network(lab);
            assertThat(before).contains("default via");
            assertSilentWhileStaged(client, "host-gone");
            assertThat(network(lab)).isEqualTo(before);
        });
    }

    /** Addresses, neighbours and routes of the server, sorted: the kernel lists them as they come. */
    private static String network(Lab lab) {
        return lab.run(
                Node.SERVER,
                "sh",
                "-c",
                "{ ip -o addr show s0 scope global; ip neigh show nud permanent; ip -4 route; ip -6 route; } | sort");
    }

    @Test
    void anOutageIsOverAtOnceWhicheverWayItWasHealed() throws Exception {
        play(SETTINGS, (lab, responder, client) -> {
            assertDone(client, "stage link-down");
            assertDone(client, "stage host-gone");
            assertDone(client, "heal link-down");
            assertThat(client.ask("open" + LONG_SILENCE)).isEqualTo(SILENT);
            assertDone(client, "heal host-gone");
            assertAFreshConnectionWorks(client);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "IPV4, ON, SILENT, echo",
        "IPV6, ON, SILENT, echo",
        "IPV4, OFF, SILENT, SocketTimeoutException",
        "IPV6, OFF, SILENT, SocketTimeoutException",
        "IPV4, OFF, RESET, SocketException"
    })
    void aFlushIsSeenByTheNextPacketAsTheMiddleboxTreatsStrangers(
            Family family, PickUp pickUp, Rejection towardsClient, String seen) throws Exception {
        Labs.needCommand("conntrack", "conntrack");
        LabSettings settings = SETTINGS.withFamily(family).withPickUp(pickUp).withTowardsClient(towardsClient);
        play(settings, (lab, responder, client) -> {
            assertDone(client, "stage nat-flush");
            assertThat(client.ask("say" + SILENCE)).isEqualTo(seen);
            assertDone(client, "heal nat-flush");
            assertAFreshConnectionWorks(client);
        });
    }

    @Test
    void aKilledResponderEndsTheConnectionAndAnotherOneAnswers() throws Exception {
        play(SETTINGS, (lab, responder, client) -> {
            Process first = responder.process();
            assertDone(client, "stage kill");
            assertThat(first.isAlive()).isFalse();
            assertThat(client.ask("hear")).isEqualTo("end");
            assertThat(client.ask("open")).isEqualTo("ConnectException");
            assertThat(client.ask("stage stop")).isEqualTo("stage stop: stop the responder: it does not run");
            assertDone(client, "heal kill");
            assertThat(responder.process().isAlive()).isTrue();
            assertAFreshConnectionWorks(client);
        });
    }

    @Test
    void aStoppedRespondersKernelAcknowledgesAndConnectsButNobodyAnswers() throws Exception {
        play(SETTINGS, (lab, responder, client) -> {
            assertDone(client, "stage stop");
            assertThat(client.ask("say" + SILENCE)).isEqualTo(SILENT);
            assertThat(client.ask("unacked")).isEqualTo("0");
            assertDone(client, "heal stop");
            assertThat(client.ask("hear")).isEqualTo("echo");

            assertDone(client, "stage stop");
            assertThat(client.ask("open")).isEqualTo("open");
            assertThat(client.ask("say" + SILENCE)).isEqualTo(SILENT);
            assertThat(client.ask("unacked")).isEqualTo("0");
            assertDone(client, "heal stop");
            assertAFreshConnectionWorks(client);
        });
    }

    @ParameterizedTest
    @CsvSource({"link-down", "kill", "stop", "host-gone"})
    void stagingOrHealingTwiceChangesNothing(String fault) throws Exception {
        play(SETTINGS, (lab, responder, client) -> {
            assertDone(client, "heal " + fault);
            assertAFreshConnectionWorks(client);
            assertDone(client, "stage " + fault);
            assertDone(client, "stage " + fault);
            assertDone(client, "heal " + fault);
            assertDone(client, "heal " + fault);
            assertAFreshConnectionWorks(client);
        });
    }

    @Test
    void aFaultOfASingleFlowIsRefused() throws Exception {
        play(
                SETTINGS,
                (lab, responder, client) -> assertThat(client.ask("stage blackhole"))
                        .isEqualTo("stage blackhole: 'blackhole' is no fault of a lab; there are link-down, nat-flush,"
                                + " kill, stop, host-gone"));
    }

    @Test
    void aFlushWithoutConntrackNamesThePackage(@TempDir Path folder) throws Exception {
        Labs.need();
        Tools all = Tools.ofThisMachine();
        for (String command :
                List.of("ip", "nft", "unshare", "nsenter", "setsid", "mount", "sh", "mkdir", "cat", "sleep")) {
            Labs.script(folder.resolve(command), "#!/bin/sh\nexec " + all.locate(command) + " \"$@\"\n");
        }
        try (Lab lab = Lab.start(SETTINGS, Tools.in(folder));
                LabControl control = LabControl.open(lab, new LabEcho(lab));
                LabTalker client = new LabTalker(lab, control)) {
            assertThat(client.ask("stage nat-flush"))
                    .isEqualTo("stage nat-flush: conntrack is missing (Debian package conntrack)");
        }
    }

    @Test
    void theControlGoesWithTheLabAndSoDoesAStoppedResponder() throws Exception {
        Lab lab = Labs.start(SETTINGS);
        Path socket = lab.seenFromOutside("/run/control");
        try (lab) {
            LabEcho responder = new LabEcho(lab);
            LabControl control = LabControl.open(lab, responder);
            try (control;
                    LabRemote remote = remote(socket)) {
                remote.stage(Fault.Kind.STOP);
                control.close();
                assertThatExceptionOfType(LabException.class)
                        .isThrownBy(() -> remote.heal(Fault.Kind.STOP))
                        .withMessageStartingWith("heal stop: ");
            }
            assertThat(socket).exists();
            lab.close();
            responder.process().onExit().get(10, TimeUnit.SECONDS);
        }
        assertThat(socket).doesNotExist();
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> remote(socket))
                .withMessageStartingWith("connect to the lab at " + socket);
    }

    private static LabRemote remote(Path socket) {
        return LabRemote.of(Optional.of(socket.toString())).orElseThrow();
    }

    @Test
    void aKilledProgramLeavesNothingOfItsControl() throws Exception {
        Labs.need();
        killAndLookForTheRest(LabPeer.command("controlled-lab"));
    }

    @Test
    void anOrdinaryUserHasAControlToo() throws Exception {
        Labs.need();
        killAndLookForTheRest(Labs.asNobody(LabPeer.command("controlled-lab")));
    }

    private static void killAndLookForTheRest(List<String> command) throws Exception {
        Process program =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        String socket =
                new BufferedReader(new InputStreamReader(program.getInputStream(), StandardCharsets.UTF_8)).readLine();
        List<ProcessHandle> inside = program.descendants().toList();
        assertThat(inside).as("holder, responder, two shells").hasSizeGreaterThanOrEqualTo(4);
        try (LabRemote remote = remote(Path.of(String.valueOf(socket)))) {
            remote.stage(Fault.Kind.HOST_GONE);
            remote.stage(Fault.Kind.STOP);
            program.destroyForcibly().waitFor();
            for (ProcessHandle process : inside) {
                process.onExit().get(10, TimeUnit.SECONDS);
            }
            assertThat(Path.of(String.valueOf(socket))).doesNotExist();
            assertThatExceptionOfType(LabException.class)
                    .isThrownBy(() -> remote.heal(Fault.Kind.STOP))
                    .withMessageStartingWith("heal stop: ");
        }
    }
}
