package hbprobe.engine;

import hbprobe.model.DetectionSettings;
import hbprobe.model.Fault;
import hbprobe.model.HeartbeatSettings;
import hbprobe.model.Means;
import hbprobe.model.Mechanism;
import hbprobe.model.Transport;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What is to be staged and noticed, in a lab where everything can be had, but for what a test is about. */
final class Drops {
    private final List<Fault> faults;
    private List<Mechanism> mechanisms = List.of(Mechanism.APP_ECHO);
    private HeartbeatSettings heartbeat = Beating.every(10).echo(3, 1).settings();
    private int trials = 10;
    private double capS = 60;
    private List<Duration> watched = List.of();
    private Optional<Duration> idleTimeout = Optional.empty();
    private long seed = 1;
    private boolean orders = true;
    private int places = 1000;
    private boolean filters = true;
    private boolean lab = true;

    private Drops(List<Fault> faults) {
        this.faults = faults;
    }

    static Drops by(String... faults) {
        return new Drops(Arrays.stream(faults).map(Fault::parse).toList());
    }

    Drops noticedBy(Mechanism... who) {
        mechanisms = List.of(who);
        return this;
    }

    Drops beating(Beating how) {
        heartbeat = how.settings();
        return this;
    }

    Drops trials(int count) {
        trials = count;
        return this;
    }

    Drops cap(double seconds) {
        capS = seconds;
        return this;
    }

    Drops watching(double... periodsS) {
        watched = Arrays.stream(periodsS).mapToObj(Beating::seconds).toList();
        return this;
    }

    Drops idleTimeout(double seconds) {
        idleTimeout = Optional.of(Beating.seconds(seconds));
        return this;
    }

    Drops seed(long number) {
        seed = number;
        return this;
    }

    Drops withoutOrders() {
        orders = false;
        return this;
    }

    Drops withPlaces(int most) {
        places = most;
        return this;
    }

    Drops withoutFilters() {
        filters = false;
        return this;
    }

    Drops outsideALab() {
        lab = false;
        return this;
    }

    DetectionSettings settings() {
        return new DetectionSettings(
                mechanisms, faults, heartbeat, trials, Beating.seconds(capS), watched, idleTimeout, seed);
    }

    FaultTrials at(long nowNs) {
        return new FaultTrials(
                settings(),
                new Means("hb", Transport.TCP, true, true, orders, places, filters, true, lab, idleTimeout),
                nowNs);
    }

    FaultFindings in(FlowWorld world) {
        return new FaultFindings(world.run(this::at));
    }
}
