package hbprobe.model;

import hbprobe.model.KeepOpen.Keeper;
import java.time.Duration;
import java.util.Optional;

/**
 * What this host, the dialect and the surroundings allow to be staged.
 *
 * @param dialect that is spoken
 * @param transport that it is spoken over
 * @param writes whether the dialect writes anything
 * @param pushes whether the far end can be told to speak first after a silence
 * @param orders whether the far end obeys orders
 * @param flows most flows open at once; how many a responder holds is its user's business
 * @param filters whether this host can throw away what arrives for a flow
 * @param userTimeouts whether this host can set TCP_USER_TIMEOUT
 * @param lab whether this runs in a lab, whose faults are at hand
 * @param idleTimeout of the path; empty: unknown
 */
public record Means(
        String dialect,
        Transport transport,
        boolean writes,
        boolean pushes,
        boolean orders,
        int flows,
        boolean filters,
        boolean userTimeouts,
        boolean lab,
        Optional<Duration> idleTimeout) {

    /** Why there is no OS keepalive over UDP. */
    public static final String NO_KEEPALIVE = "UDP has no keepalive: its kernel sends nothing by itself";

    /** Why a mechanism can't be had here; empty when it can. */
    public Optional<String> lacking(Mechanism mechanism) {
        if (mechanism.writes() && !writes) {
            return Optional.of(dialect + ":// writes nothing, so there are no heartbeats");
        }
        if (transport == Transport.UDP && mechanism != Mechanism.APP_ECHO) {
            return Optional.of(
                    mechanism.keepalive()
                            ? NO_KEEPALIVE
                            : "over UDP nothing is acknowledged, so that whoever only writes notices nothing");
        }
        return mechanism.userTimeout() && !userTimeouts
                ? Optional.of("this host can't set TCP_USER_TIMEOUT: that takes Linux with epoll")
                : Optional.empty();
    }

    /** Why a heartbeat that is to keep the path open can't be had here; empty when it can. */
    public Optional<String> lacking(Keeper keeper) {
        return switch (keeper) {
            case NONE, WRITE_ONLY -> Optional.empty();
            case APP_ECHO -> lacking(Mechanism.APP_ECHO);
            case OS_KEEPALIVE -> lacking(Mechanism.OS_KEEPALIVE);
            case APP_ECHO_SERVER -> lackingOrder("send heartbeats");
            case OS_KEEPALIVE_SERVER ->
                transport == Transport.UDP ? Optional.of(NO_KEEPALIVE) : lackingOrder("send heartbeats");
        };
    }

    /** Why a fault can't be staged for a mechanism here; empty when it can. */
    public Optional<String> lacking(Mechanism mechanism, Fault fault, HeartbeatSettings settings) {
        Optional<String> why = lacking(mechanism);
        return why.isPresent()
                ? why
                : switch (fault.kind()) {
                    case BLACKHOLE, LOSS ->
                        unless(filters, "this host can't attach socket filters: that takes Linux with epoll; try hang");
                    case HANG, FIN, RST ->
                        transport == Transport.UDP && fault.kind() != Fault.Kind.HANG
                                ? Optional.of("UDP has no connection to " + verb(fault.kind()))
                                : lackingOrder(verb(fault.kind()));
                    case LINK_DOWN, NAT_FLUSH, KILL, STOP, HOST_GONE ->
                        unless(lab, "only a lab can stage it: hbprobe lab run -- detect hb://server");
                    case IDLE -> idleNeeds(settings.period(mechanism));
                };
    }

    private Optional<String> idleNeeds(Duration period) {
        if (idleTimeout.isEmpty()) {
            return Optional.of("the path's idle timeout is not known; give it with --idle-timeout");
        }
        return unless(
                period.compareTo(idleTimeout.get()) > 0,
                "a period of " + Durations.print(period) + " never lets the path be idle for "
                        + Durations.print(idleTimeout.get()));
    }

    private Optional<String> lackingOrder(String deed) {
        return unless(
                orders,
                "only hbprobe respond can be ordered to " + deed + ", and " + dialect + ":// speaks to any server");
    }

    /** The same with fewer flows. */
    public Means withFlows(int most) {
        return new Means(dialect, transport, writes, pushes, orders, most, filters, userTimeouts, lab, idleTimeout);
    }

    private static String verb(Fault.Kind kind) {
        return switch (kind) {
            case FIN -> "close";
            case RST -> "reset";
            default -> "hang";
        };
    }

    private static Optional<String> unless(boolean holds, String why) {
        return holds ? Optional.empty() : Optional.of(why);
    }
}
