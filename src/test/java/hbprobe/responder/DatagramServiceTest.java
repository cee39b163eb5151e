package hbprobe.responder;

import static hbprobe.responder.DatagramBench.ALICE;
import static hbprobe.responder.DatagramBench.ALICES_OTHER_PORT;
import static hbprobe.responder.DatagramBench.CAROL;
import static hbprobe.responder.DatagramBench.MALLORY;
import static hbprobe.responder.DatagramBench.MS;
import static hbprobe.responder.DatagramBench.beat;
import static hbprobe.responder.DatagramBench.cancel;
import static hbprobe.responder.DatagramBench.encoded;
import static hbprobe.responder.DatagramBench.mute;
import static hbprobe.responder.DatagramBench.push;
import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.model.Limits;
import hbprobe.model.ResponderEvent;
import hbprobe.responder.DatagramBench.Heard;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram;
import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Ask;
import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Echoed;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pulse;
import hbprobe.wire.Datagram.Pushed;
import hbprobe.wire.Datagram.Refused;
import hbprobe.wire.Datagram.Report;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Datagrams;
import hbprobe.wire.Frame.Reason;
import hbprobe.wire.Proof;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The responder's rules over UDP. The bench fails whatever would send an address more than came from there. */
class DatagramServiceTest {
    private static final long FLOW = 0xf100;
    private static final int FLOWS_PER_ADDRESS = 3;
    private static final int FLOWS = 5;

    private DatagramBench bench = bench(Optional.empty());
    private final Credential alices = bench.credential(ALICE);

    private static DatagramBench bench(Optional<String> token) {
        return new DatagramBench(new ResponderSettings(
                List.of(),
                0,
                true,
                FLOWS,
                FLOWS_PER_ADDRESS,
                Duration.ofSeconds(30),
                token,
                Optional.empty(),
                false,
                Optional.empty()));
    }

    private static Refused refused(Datagram datagram, Reason reason) {
        assertThat(datagram).isInstanceOf(Refused.class);
        assertThat(((Refused) datagram).reason()).isEqualTo(reason);
        return (Refused) datagram;
    }

    private static <T> List<T> only(List<Datagram> said, Class<T> type) {
        return said.stream().filter(type::isInstance).map(type::cast).toList();
    }

    // ---- cookies -------------------------------------------------------------------------------------------------

    @Test
    void aHelloGetsACookieAndItsOwnAddress() {
        Welcome welcome = (Welcome) bench.ask(ALICE, new Hello(42));

        assertThat(welcome.nonce()).isEqualTo(42);
        assertThat(welcome.mapped()).isEqualTo("192.0.2.2:40000");
        assertThat(welcome.instance()).isEqualTo(bench.responder.instance());
        assertThat(welcome.longestDelayNs()).isEqualTo(30_000 * MS);
        assertThat(welcome.cookieForNs()).isEqualTo(4 * 60_000 * MS);
        assertThat(welcome.proofDemanded()).isFalse();
        assertThat(bench.welcome(CAROL).mapped()).isEqualTo("[2001:db8::7]:40000");
    }

    static List<Datagram.Guarded> guarded() {
        return List.of(
                new Echo(7, FLOW, Credential.NONE),
                new Ask(7, FLOW, Credential.NONE),
                new Pulse(7, FLOW, Credential.NONE),
                push(7, FLOW, Credential.NONE, 0),
                beat(7, FLOW, Credential.NONE, 100),
                mute(7, FLOW, Credential.NONE, 100),
                cancel(7, FLOW, Credential.NONE));
    }

    @ParameterizedTest
    @MethodSource("guarded")
    void nothingElseIsObeyedWithoutOne(Datagram.Guarded request) {
        Refused refused = refused(bench.ask(ALICE, request), Reason.COOKIE);
        bench.pass(1_000);

        assertThat(refused.nonce()).isEqualTo(7);
        assertThat(bench.said()).isEmpty();
        assertThat(bench.responder.flows().held()).isZero();
        assertThat(bench.events)
                .as("a line of the log for each would be a weapon")
                .isEmpty();
    }

    @Test
    void aCookieIsGoodForEveryPortOfItsAddressAndForNoOther() {
        assertThat(bench.ask(ALICES_OTHER_PORT, new Echo(1, FLOW, alices))).isEqualTo(new Echoed(1, "192.0.2.2:40001"));
        refused(bench.ask(MALLORY, new Echo(2, FLOW, alices)), Reason.COOKIE);
    }

    @Test
    void aCookieGetsOld() {
        bench.skip(4 * 60_000);
        assertThat(bench.ask(ALICE, new Echo(1, FLOW, alices))).isInstanceOf(Echoed.class);
        bench.skip(2 * 60_000);
        refused(bench.ask(ALICE, new Echo(2, FLOW, alices)), Reason.COOKIE);
    }

    @Test
    void aTokenIsProvedWithTheCookie() {
        bench = bench(Optional.of("open sesame"));
        Welcome welcome = bench.welcome(ALICE);
        Bytes right = Proof.of("open sesame", welcome.cookie());
        Bytes wrong = Proof.of("open barley", welcome.cookie());

        assertThat(welcome.proofDemanded()).isTrue();
        assertThat(bench.ask(ALICE, new Echo(1, FLOW, new Credential(welcome.cookie(), right))))
                .isInstanceOf(Echoed.class);
        refused(bench.ask(ALICE, new Echo(2, FLOW, new Credential(welcome.cookie(), wrong))), Reason.TOKEN);
        refused(bench.ask(ALICE, new Echo(3, FLOW, new Credential(welcome.cookie(), Bytes.NONE))), Reason.TOKEN);
        refused(bench.ask(MALLORY, new Echo(4, FLOW, new Credential(welcome.cookie(), right))), Reason.COOKIE);
    }

    // ---- garbage -------------------------------------------------------------------------------------------------

    @Test
    void whatIsNoRequestIsDroppedWithoutATrace() {
        List<byte[]> garbage = new ArrayList<>();
        garbage.add(new byte[0]);
        garbage.add("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        byte[] order = encoded(push(1, FLOW, alices, 0));
        garbage.add(Arrays.copyOf(order, 8));
        garbage.add(Arrays.copyOf(order, 40));
        byte[] otherVersion = order.clone();
        otherVersion[4] = 9;
        garbage.add(otherVersion);
        byte[] unknown = order.clone();
        unknown[5] = 0x55;
        garbage.add(unknown);
        garbage.add(encoded(bench.welcome(ALICE)));
        garbage.add(encoded(new Echoed(1, "192.0.2.2:40000")));
        garbage.add(encoded(new Refused(1, Reason.COOKIE, 0, "no, you")));
        garbage.forEach(bytes -> bench.send(ALICE, bytes));
        bench.pass(1_000);

        assertThat(bench.said()).isEmpty();
        assertThat(bench.responder.flows().held()).isZero();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void garbageInAClientsNameSpendsNothingOfItsAllowance() {
        for (int i = 0; i < 100_000; i++) {
            bench.send(ALICE, new byte[] {(byte) 0x89, 'H', 'B', 'P', 1, 0x22, 0, 0});
        }
        // Whoever sends under another's address has no cookie of it, and its forgeries have an allowance of their own.
        for (int i = 0; i < 100_000; i++) {
            bench.send(ALICE, new Echo(i, FLOW, Credential.NONE));
        }
        bench.heard();

        assertThat(bench.ask(ALICE, new Echo(1, FLOW, alices))).isInstanceOf(Echoed.class);
    }

    // ---- what is paid for ----------------------------------------------------------------------------------------

    @Test
    void anAnswerIsNeverLongerThanItsRequest() {
        byte[] hello = encoded(new Hello(1));
        int welcomeBytes = encoded(bench.welcome(ALICE)).length;

        bench.send(ALICE, Arrays.copyOf(hello, welcomeBytes));
        assertThat(bench.answer()).isInstanceOf(Welcome.class);
        bench.send(ALICE, Arrays.copyOf(hello, welcomeBytes - 1));
        assertThat(bench.said()).isEmpty();
    }

    @Test
    void anOrderThatDoesNotPayForItsPushIsRefusedAndAShortOneInFewWords() {
        byte[] order = encoded(push(9, FLOW, alices, 10));
        int price = Datagrams.priceOf(push(9, FLOW, alices, 10)) - Datagrams.OVERHEAD_BYTES;

        bench.send(ALICE, Arrays.copyOf(order, price - 1));
        assertThat(refused(bench.answer(), Reason.UNPAID).limit()).isEqualTo(price + Datagrams.OVERHEAD_BYTES);
        assertThat(bench.responder.flows().held()).isZero();
        int bodyBytes = 8 + 8 + 8 + 16 + 1 + 2 + 8 + 2 + 8;
        bench.send(ALICE, Arrays.copyOf(order, bodyBytes));
        refused(bench.answer(), Reason.UNPAID);
        bench.send(ALICE, Arrays.copyOf(order, price));
        assertThat(bench.answer()).isEqualTo(new Accepted(9));
        bench.pass(1_000);
        assertThat(only(bench.said(), Pushed.class)).hasSize(Datagrams.PUSH_COPIES);
    }

    @Test
    void aReplayedOrderBeginsAnewAndPushesOnce() {
        Order order = push(9, FLOW, alices, 500);
        bench.send(ALICE, order);
        bench.pass(300);
        bench.send(ALICE, order);
        bench.pass(490);
        assertThat(bench.said()).containsExactly(new Accepted(9), new Accepted(9));
        bench.pass(2_000);

        List<Pushed> pushed = only(bench.said(), Pushed.class);
        assertThat(pushed).extracting(Pushed::copy).containsExactly(0, 1, 2, 3, 4);
        assertThat(pushed.get(0).afterNs()).isEqualTo(500 * MS);
        assertThat(bench.events)
                .extracting(ResponderEvent::type)
                .containsExactly("opened", "ordered", "pushed", "ended");
    }

    // ---- pushes --------------------------------------------------------------------------------------------------

    @Test
    void aPushComesFiveTimesWhereTheOrderCameFrom() {
        bench.send(ALICES_OTHER_PORT, push(9, FLOW, alices, 2_000));
        assertThat(bench.answer()).isEqualTo(new Accepted(9));
        bench.pass(5_000);

        List<Heard> heard = bench.heard();
        assertThat(heard).allSatisfy(one -> assertThat(one.to()).isEqualTo(ALICES_OTHER_PORT));
        assertThat(heard).extracting(Heard::atMs).containsExactly(2_000L, 2_015L, 2_035L, 2_060L, 2_600L);
        assertThat(heard)
                .extracting(Heard::datagram)
                .startsWith(new Pushed(9, 0, 2_000 * MS), new Pushed(9, 1, 2_015 * MS));
        assertThat(bench.ask(ALICE, new Ask(10, FLOW, alices)))
                .isEqualTo(new Report(10, FLOW, true, 5, 2_000 * MS, 2_600 * MS, "192.0.2.2:40001"));
    }

    @Test
    void aQuietOrderIsNotAccepted() {
        bench.send(ALICE, new Order(9, FLOW, alices, Deed.PUSH, true, 100 * MS, 0, 0));
        bench.pass(99);
        assertThat(bench.said()).isEmpty();
        bench.pass(1_000);
        assertThat(bench.said()).hasSize(Datagrams.PUSH_COPIES).hasOnlyElementsOfType(Pushed.class);
    }

    @Test
    void beatsComeBeforeThePushWhichIsCountedFromTheLast() {
        bench.send(ALICE, new Order(9, FLOW, alices, Deed.PUSH, true, 1_000 * MS, 3, 200 * MS));
        bench.pass(3_000);

        List<Heard> heard = bench.heard();
        assertThat(heard)
                .extracting(Heard::datagram)
                .startsWith(new Beat(9, 1), new Beat(9, 2), new Beat(9, 3), new Pushed(9, 0, 1_000 * MS));
        assertThat(heard)
                .extracting(Heard::atMs)
                .startsWith(200L, 400L, 600L, 1_600L)
                .hasSize(8);
    }

    @Test
    void aLatePushTellsHowLate() {
        bench.send(ALICE, push(9, FLOW, alices, 1_000));
        bench.skip(1_700);

        assertThat(only(bench.said(), Pushed.class)).contains(new Pushed(9, 0, 1_700 * MS));
    }

    @Test
    void aReportKnowsWhatHasBeenPushedSoFarAndOnlyTheSameAddressIsTold() {
        bench.send(ALICE, push(9, FLOW, alices, 100));
        assertThat(bench.ask(ALICE, new Ask(10, FLOW, alices)))
                .isEqualTo(new Report(10, FLOW, true, 0, 0, 0, "192.0.2.2:40000"));
        bench.pass(120);
        assertThat(bench.ask(ALICE, new Ask(11, FLOW, alices)))
                .isEqualTo(new Report(11, FLOW, true, 2, 100 * MS, 115 * MS, "192.0.2.2:40000"));
        Credential mallorys = bench.credential(MALLORY);
        assertThat(bench.ask(MALLORY, new Ask(12, FLOW, mallorys))).isEqualTo(new Report(12, FLOW, false, 0, 0, 0, ""));
        assertThat(bench.ask(ALICE, new Ask(13, FLOW + 1, alices)))
                .isEqualTo(new Report(13, FLOW + 1, false, 0, 0, 0, ""));
    }

    @Test
    void anotherAddressUsesTheSameNameForAnotherFlow() {
        Credential mallorys = bench.credential(MALLORY);
        bench.send(ALICE, push(9, FLOW, alices, 1_000));
        bench.send(MALLORY, cancel(10, FLOW, mallorys));
        bench.send(MALLORY, mute(11, FLOW, mallorys, 30_000));
        bench.pass(2_000);

        assertThat(bench.heard())
                .filteredOn(heard -> heard.datagram() instanceof Pushed)
                .hasSize(Datagrams.PUSH_COPIES)
                .allSatisfy(heard -> assertThat(heard.to()).isEqualTo(ALICE));
    }

    // ---- the other orders ----------------------------------------------------------------------------------------

    @Test
    void beatsGoOnWhileTheClientsPulsesPayForThem() {
        bench.send(ALICE, beat(9, FLOW, alices, 1_000));
        bench.pass(60_000);
        int unpaid = only(bench.said(), Beat.class).size();
        assertThat(unpaid).as("what the order itself pays").isBetween(10, 20);

        for (int i = 0; i < 100; i++) {
            bench.send(ALICE, new Pulse(bench.nonce(), FLOW, alices));
            bench.pass(1_000);
        }
        List<Beat> beats = only(bench.said(), Beat.class);
        assertThat(beats).hasSize(100);
        assertThat(beats.get(0).number()).isEqualTo(unpaid + 1);
        bench.pass(60_000);
        assertThat(only(bench.said(), Beat.class)).as("the client is gone").hasSizeLessThan(20);
    }

    @Test
    void pulsesFromElsewherePayForNothing() {
        bench.send(ALICE, beat(9, FLOW, alices, 100));
        bench.pass(10_000);
        bench.heard();
        for (int i = 0; i < 100; i++) {
            bench.send(ALICES_OTHER_PORT, new Pulse(bench.nonce(), FLOW, alices));
        }
        bench.pass(10_000);

        assertThat(bench.said()).isEmpty();
    }

    @Test
    void anAbandonedRowOfBeatsIsForgotten() {
        bench.send(ALICE, beat(9, FLOW, alices, 10_000));
        bench.pass(200_000);
        assertThat(bench.responder.flows().held()).isEqualTo(1);
        bench.pass(Limits.RESPONDER_GRACE.toMillis());

        assertThat(bench.responder.flows().held()).isZero();
    }

    @Test
    void aPushAndBeatsAreInForceTogether() {
        bench.send(ALICE, beat(8, FLOW, alices, 400));
        bench.send(ALICE, push(9, FLOW, alices, 1_000));
        bench.pass(1_700);

        List<Datagram> said = bench.said();
        assertThat(only(said, Beat.class)).extracting(Beat::number).containsExactly(1, 2, 3, 4);
        assertThat(only(said, Pushed.class)).hasSize(Datagrams.PUSH_COPIES);
    }

    @Test
    void aMutedFlowAnswersNothingAndThenAgain() {
        bench.send(ALICE, push(8, FLOW, alices, 1_000));
        bench.send(ALICE, beat(9, FLOW, alices, 100));
        bench.heard();
        assertThat(bench.ask(ALICE, mute(10, FLOW, alices, 2_000))).isEqualTo(new Accepted(10));
        bench.send(ALICE, new Echo(11, FLOW, alices));
        bench.send(ALICE, push(12, FLOW, alices, 100));
        bench.pass(1_999);
        assertThat(bench.said()).isEmpty();
        assertThat(bench.ask(ALICE, new Echo(13, FLOW + 1, alices)))
                .as("another flow")
                .isInstanceOf(Echoed.class);
        bench.pass(2);

        assertThat(bench.said()).first().isInstanceOf(Beat.class);
        assertThat(bench.ask(ALICE, new Echo(14, FLOW, alices))).isInstanceOf(Echoed.class);
        Report report = (Report) bench.ask(ALICE, new Ask(15, FLOW, alices));
        assertThat(report.pushes()).as("what was left out wasn't sent").isZero();
    }

    @Test
    void aCancelledFlowForgetsItsOrdersButNotWhatItSent() {
        bench.send(ALICE, push(8, FLOW, alices, 100));
        bench.send(ALICE, beat(9, FLOW, alices, 1_000));
        bench.send(ALICE, mute(10, FLOW + 1, alices, 10_000));
        bench.pass(120);
        bench.heard();
        bench.send(ALICE, cancel(11, FLOW, alices));
        bench.send(ALICE, cancel(12, FLOW + 1, alices));
        bench.pass(5_000);

        assertThat(bench.said()).isEmpty();
        assertThat(bench.responder.flows().held()).isZero();
        assertThat(((Report) bench.ask(ALICE, new Ask(13, FLOW, alices))).pushes())
                .isEqualTo(2);
        assertThat(bench.ask(ALICE, new Echo(14, FLOW + 1, alices))).isInstanceOf(Echoed.class);
    }

    // ---- limits --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(
            value = Deed.class,
            names = {"PUSH", "MUTE"})
    void aDelayBeyondTheLimitIsRefused(Deed deed) {
        Predicate<Long> isTaken =
                delayNs -> bench.ask(ALICE, new Order(1, FLOW, alices, deed, false, delayNs, 0, 0)) instanceof Accepted;

        assertThat(isTaken).accepts(1L, 30_000 * MS).rejects(30_000 * MS + 1, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
        Refused refused =
                refused(bench.ask(ALICE, new Order(1, FLOW, alices, deed, false, 31_000 * MS, 0, 0)), Reason.DELAY);
        assertThat(refused.limit()).isEqualTo(30_000 * MS);
        assertThat(refused.text()).isEqualTo("waits at most 30s (--max-delay)");
    }

    @Test
    void aPeriodBelowTheLimitIsRefused() {
        assertThat(bench.ask(ALICE, beat(1, FLOW, alices, 100))).isInstanceOf(Accepted.class);
        assertThat(refused(bench.ask(ALICE, beat(2, FLOW, alices, 99)), Reason.PERIOD)
                        .limit())
                .isEqualTo(100 * MS);
        refused(bench.ask(ALICE, beat(3, FLOW, alices, -1)), Reason.PERIOD);
        refused(bench.ask(ALICE, beat(4, FLOW, alices, 30_001)), Reason.DELAY);
        refused(bench.ask(ALICE, new Order(5, FLOW, alices, Deed.PUSH, false, 0, 2, 99 * MS)), Reason.PERIOD);
    }

    @Test
    void flowsPastTheLimitsAreRefusedUntilOthersEnd() {
        for (int i = 0; i < FLOWS_PER_ADDRESS; i++) {
            bench.ask(ALICE, mute(i, i, alices, 1_000));
        }
        Refused refused = refused(bench.ask(ALICE, mute(9, 9, alices, 1_000)), Reason.FLOWS_PER_ADDRESS);
        assertThat(refused.limit()).isEqualTo(FLOWS_PER_ADDRESS);
        assertThat(refused.text()).isEqualTo("at most 3 (--max-flows-per-address)");
        assertThat(bench.ask(ALICE, mute(0, 0, alices, 1_000)))
                .as("a known flow")
                .isInstanceOf(Accepted.class);
        assertThat(bench.ask(ALICE, new Echo(10, 9, alices)))
                .as("an echo needs no state")
                .isInstanceOf(Echoed.class);

        Credential carols = bench.credential(CAROL);
        InetSocketAddress neighbour = new InetSocketAddress("2001:db8::ffff", 1);
        bench.ask(CAROL, mute(1, 1, carols, 1_000));
        bench.ask(CAROL, mute(2, 2, carols, 1_000));
        refused(bench.ask(CAROL, mute(3, 3, carols, 1_000)), Reason.FLOWS);
        bench.pass(1_001);
        Credential neighbours = bench.credential(neighbour);
        bench.ask(CAROL, mute(1, 1, carols, 1_000));
        bench.ask(CAROL, mute(2, 2, carols, 1_000));
        assertThat(bench.ask(neighbour, mute(3, 3, neighbours, 1_000))).isInstanceOf(Accepted.class);
        refused(bench.ask(neighbour, mute(4, 4, neighbours, 1_000)), Reason.FLOWS_PER_ADDRESS);
    }

    @Test
    void echoesAndAsksLeaveNothingBehind() {
        for (int i = 0; i < 1_000; i++) {
            bench.send(ALICE, new Echo(i, i, alices));
            bench.send(ALICE, new Ask(i, i, alices));
            bench.send(ALICE, new Pulse(i, i, alices));
            bench.send(ALICE, cancel(i, i, alices));
        }
        assertThat(bench.said()).hasSize(2_000);
        assertThat(bench.responder.flows().held()).isZero();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void pastTheRateAClientIsToldForSilenceWouldReadAsExpiry() {
        int sent = 3 * Limits.RESPONDER_DATAGRAMS_PER_SECOND;
        for (int i = 0; i < sent; i++) {
            bench.send(ALICE, new Echo(i, FLOW, alices));
        }
        List<Datagram> said = bench.said();
        assertThat(only(said, Echoed.class)).hasSize(2 * Limits.RESPONDER_DATAGRAMS_PER_SECOND);
        assertThat(only(said, Refused.class))
                .hasSize(2 * Limits.RESPONDER_REFUSALS_PER_SECOND)
                .allSatisfy(refused -> assertThat(refused.reason()).isEqualTo(Reason.RATE));
        assertThat(bench.events).hasSize(2 * Limits.RESPONDER_REFUSALS_PER_SECOND);
        bench.skip(1_000);
        assertThat(bench.ask(ALICE, new Echo(1, FLOW, alices))).isInstanceOf(Echoed.class);
    }

    @Test
    void aStrangersAddressIsSentNoMoreThanItsRate() {
        for (int i = 0; i < 10_000; i++) {
            bench.send(MALLORY, new Hello(i));
        }
        assertThat(bench.said()).hasSize(2 * Limits.RESPONDER_STRANGERS_PER_SECOND);
        assertThat(bench.welcome(CAROL)).isNotNull();
    }

    @Test
    void aMeasurementMeetsNoRate() {
        // 200 flows of each of the three tests, a hundred opened a second, five echoes before each order.
        for (int i = 0; i < 600; i++) {
            bench.pass(10);
            bench.send(ALICE, new Hello(bench.nonce()));
            for (int echo = 0; echo < 5; echo++) {
                bench.send(ALICE, new Echo(bench.nonce(), i, alices));
            }
        }
        assertThat(bench.said()).hasSize(3_600);
    }

    // ---- whatever is sent ----------------------------------------------------------------------------------------

    static LongStream seeds() {
        return LongStream.range(0, 100);
    }

    /** The bench checks after each datagram that no address has been sent more than came from there. */
    @ParameterizedTest
    @MethodSource("seeds")
    void noAddressIsEverSentMoreThanCameFromThere(long seed) {
        Random random = new Random(seed);
        List<InetSocketAddress> senders = List.of(ALICE, ALICES_OTHER_PORT, MALLORY, CAROL);
        List<Credential> credentials = new ArrayList<>(List.of(alices, Credential.NONE));
        credentials.add(bench.credential(CAROL));
        List<byte[]> before = new ArrayList<>();
        int answers = 0;
        for (int i = 0; i < 300; i++) {
            byte[] bytes = random.nextInt(4) == 0 && !before.isEmpty()
                    ? before.get(random.nextInt(before.size()))
                    : encoded(drawn(random, credentials.get(random.nextInt(credentials.size()))));
            before.add(bytes);
            if (random.nextInt(5) == 0) {
                bytes = Arrays.copyOf(bytes, random.nextInt(1_300));
            }
            bench.send(senders.get(random.nextInt(senders.size())), bytes);
            if (random.nextBoolean()) {
                bench.pass(random.nextInt(200));
            }
            answers += bench.heard().size();
        }
        bench.pass(10_000);
        answers += bench.heard().size();

        assertThat(answers).as("it is no use to say nothing").isGreaterThan(100);
    }

    private static Datagram drawn(Random random, Credential credential) {
        long nonce = random.nextInt(5);
        long flow = random.nextInt(3);
        return switch (random.nextInt(8)) {
            case 0 -> new Hello(nonce);
            case 1 -> new Echo(nonce, flow, credential);
            case 2 -> new Ask(nonce, flow, credential);
            case 3 -> new Pulse(nonce, flow, credential);
            default ->
                new Order(
                        nonce,
                        flow,
                        credential,
                        // Rarely what ends everything else.
                        random.nextInt(10) == 0 ? Deed.values()[random.nextInt(4)] : Deed.values()[random.nextInt(2)],
                        random.nextBoolean(),
                        random.nextInt(1_000) * MS,
                        random.nextInt(4) == 0 ? 0xffff : random.nextInt(12),
                        random.nextInt(50, 500) * MS);
        };
    }
}
