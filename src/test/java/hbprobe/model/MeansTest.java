package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A lab with Linux on both ends allows everything, but for what a test takes away. */
class MeansTest {
    private static final HeartbeatSettings DEFAULTS = HeartbeatSettings.defaults();
    private static final Means ALL =
            new Means("hb", Transport.TCP, true, true, true, 512, true, true, true, timeout(20));

    private static Optional<Duration> timeout(int seconds) {
        return Optional.of(Duration.ofSeconds(seconds));
    }

    private static Fault fault(Fault.Kind kind) {
        return Fault.parse(kind == Fault.Kind.LOSS ? "loss:20" : kind.word());
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void nothingLacksWhereEverythingIsThere(Mechanism mechanism) {
        assertThat(ALL.lacking(mechanism)).isEmpty();
        for (Fault.Kind kind : Fault.Kind.values()) {
            assertThat(ALL.lacking(mechanism, fault(kind), DEFAULTS))
                    .as("%s", kind)
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void whoWritesNothingHasKeepaliveOnly(Mechanism mechanism) {
        Means silent = new Means("tcp", Transport.TCP, false, true, true, 512, true, true, true, timeout(20));
        Optional<String> why = silent.lacking(mechanism, fault(Fault.Kind.BLACKHOLE), DEFAULTS);
        if (mechanism == Mechanism.OS_KEEPALIVE) {
            assertThat(why).isEmpty();
        } else {
            assertThat(why).contains("tcp:// writes nothing, so there are no heartbeats");
            assertThat(silent.lacking(mechanism)).isEqualTo(why);
        }
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void overUdpThereIsNothingButTheEcho(Mechanism mechanism) {
        Means udp = new Means("hb+udp", Transport.UDP, true, true, true, 512, true, true, true, timeout(20));
        Optional<String> why = udp.lacking(mechanism);
        if (mechanism == Mechanism.APP_ECHO) {
            assertThat(why).isEmpty();
        } else if (mechanism.keepalive()) {
            assertThat(why).contains(Means.NO_KEEPALIVE);
        } else {
            assertThat(why).hasValueSatisfying(words -> assertThat(words).contains("nothing is acknowledged"));
        }
    }

    @ParameterizedTest
    @EnumSource(Fault.Kind.class)
    void overUdpThereIsNothingToCloseOrReset(Fault.Kind kind) {
        Means udp = new Means("hb+udp", Transport.UDP, true, true, true, 512, true, true, true, timeout(20));
        Optional<String> why = udp.lacking(Mechanism.APP_ECHO, fault(kind), DEFAULTS);
        assertThat(why)
                .isEqualTo(
                        switch (kind) {
                            case FIN -> Optional.of("UDP has no connection to close");
                            case RST -> Optional.of("UDP has no connection to reset");
                            default -> Optional.empty();
                        });
    }

    @ParameterizedTest
    @EnumSource(Mechanism.class)
    void aUserTimeoutTakesLinux(Mechanism mechanism) {
        Means elsewhere = new Means("hb", Transport.TCP, true, true, true, 512, true, false, true, timeout(20));
        boolean takesIt = mechanism == Mechanism.USER_TIMEOUT || mechanism == Mechanism.USER_TIMEOUT_KEEPALIVE;
        assertThat(elsewhere.lacking(mechanism))
                .isEqualTo(
                        takesIt
                                ? Optional.of("this host can't set TCP_USER_TIMEOUT: that takes Linux with epoll")
                                : Optional.empty());
    }

    @ParameterizedTest
    @EnumSource(Fault.Kind.class)
    void withoutFiltersNothingIsThrownAway(Fault.Kind kind) {
        Means unfiltered = new Means("hb", Transport.TCP, true, true, true, 512, false, true, true, timeout(20));
        boolean filtered = kind == Fault.Kind.BLACKHOLE || kind == Fault.Kind.LOSS;
        assertThat(unfiltered.lacking(Mechanism.APP_ECHO, fault(kind), DEFAULTS))
                .isEqualTo(
                        filtered
                                ? Optional.of(
                                        "this host can't attach socket filters: that takes Linux with epoll; try hang")
                                : Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"HANG,hang", "FIN,close", "RST,reset"})
    void onlyAResponderObeys(Fault.Kind kind, String verb) {
        Means foreign = new Means("redis", Transport.TCP, true, true, false, 512, true, true, true, timeout(20));
        assertThat(foreign.lacking(Mechanism.APP_ECHO, fault(kind), DEFAULTS))
                .contains("only hbprobe respond can be ordered to " + verb + ", and redis:// speaks to any server");
        assertThat(foreign.lacking(Mechanism.APP_ECHO, fault(Fault.Kind.BLACKHOLE), DEFAULTS))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.Kind.class)
    void theLabsFaultsTakeALab(Fault.Kind kind) {
        Means outside = new Means("hb", Transport.TCP, true, true, true, 512, true, true, false, timeout(20));
        assertThat(outside.lacking(Mechanism.OS_KEEPALIVE, fault(kind), DEFAULTS))
                .isEqualTo(
                        kind.ofLab()
                                ? Optional.of("only a lab can stage it: hbprobe lab run -- detect hb://server")
                                : Optional.empty());
    }

    @Test
    void anExpiryTakesAKnownTimeout() {
        Means unknown = new Means("hb", Transport.TCP, true, true, true, 512, true, true, true, Optional.empty());
        assertThat(unknown.lacking(Mechanism.APP_ECHO, fault(Fault.Kind.IDLE), DEFAULTS))
                .contains("the path's idle timeout is not known; give it with --idle-timeout");
    }

    @Test
    void anExpiryTakesAPeriodBeyondTheTimeout() {
        Means atThirty = new Means("hb", Transport.TCP, true, true, true, 512, true, true, true, timeout(30));
        assertThat(atThirty.lacking(Mechanism.APP_ECHO, fault(Fault.Kind.IDLE), DEFAULTS))
                .contains("a period of 30s never lets the path be idle for 30s");
        HeartbeatSettings slower = DEFAULTS.withInterval(Duration.ofSeconds(31));
        assertThat(atThirty.lacking(Mechanism.APP_ECHO, fault(Fault.Kind.IDLE), slower))
                .isEmpty();
        assertThat(atThirty.lacking(Mechanism.OS_KEEPALIVE, fault(Fault.Kind.IDLE), slower))
                .as("keepalive has its own period")
                .contains("a period of 30s never lets the path be idle for 30s");
    }
}
