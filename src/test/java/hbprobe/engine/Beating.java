package hbprobe.engine;

import hbprobe.model.HeartbeatSettings;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.HeartbeatSettings.Schedule;
import java.time.Duration;

/** How heartbeats are sent, the defaults but for what a test is about; times in seconds. */
final class Beating {
    private final Duration interval;
    private Duration echoTimeout = HeartbeatSettings.defaults().echoTimeout();
    private int misses = 1;
    private Schedule schedule = Schedule.FIXED;
    private Keepalive keepalive = HeartbeatSettings.defaults().keepalive();
    private Duration userTimeout = HeartbeatSettings.defaults().userTimeout();

    private Beating(Duration interval) {
        this.interval = interval;
    }

    static Duration seconds(double seconds) {
        return Duration.ofNanos(World.ns(seconds));
    }

    static Beating every(double intervalS) {
        return new Beating(seconds(intervalS));
    }

    Beating echo(double timeoutS, int inARow) {
        echoTimeout = seconds(timeoutS);
        misses = inARow;
        return this;
    }

    Beating retryingAtOnce() {
        schedule = Schedule.RETRY_AT_ONCE;
        return this;
    }

    Beating keepalive(double idleS, double intervalS, int count) {
        keepalive = new Keepalive(seconds(idleS), seconds(intervalS), count);
        return this;
    }

    Beating userTimeout(double limitS) {
        userTimeout = seconds(limitS);
        return this;
    }

    HeartbeatSettings settings() {
        return new HeartbeatSettings(interval, echoTimeout, misses, schedule, keepalive, userTimeout);
    }
}
