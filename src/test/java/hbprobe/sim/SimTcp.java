package hbprobe.sim;

import hbprobe.net.TcpInfo;
import hbprobe.sim.Segment.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One end of a connection as a kernel keeps it: sequence numbers, acknowledgements held back, retransmission with
 * back-off (RFC 6298), FIN, RST, keepalive (RFC 1122), user timeout (RFC 5482). No windows and no congestion: what is
 * probed here fits into a segment.
 */
final class SimTcp {
    private static final long SYN_RTO_NS = SimTime.ns(1);
    private static final long SHORTEST_RTO_NS = SimTime.ns(0.2);
    private static final long LONGEST_RTO_NS = SimTime.ns(120);
    private static final long DELAYED_ACK_NS = SimTime.ns(0.04);
    private static final int MOST_RETRIES = 15;

    private final SimTime time;
    private final Consumer<Segment> wire;
    private final Deque<Segment> unacked = new ArrayDeque<>();
    private final Map<Long, Segment> early = new TreeMap<>();
    private User user = User.NOBODY;
    private State state = State.CLOSED;
    private long sendNext;
    private long receiveNext;
    private long rtoNs = SYN_RTO_NS;
    private long rtoDueNs;
    private boolean rtoRunning;
    private int retries;
    private long firstSentNs;
    private long srttNs;
    private boolean ackHeldBack;
    private int ackGeneration;
    private int retransmissions;
    private int segmentsOut;
    private int segmentsIn;
    private int dataSegmentsIn;
    private long dataReceivedNs;
    private long ackReceivedNs;
    private long userTimeoutNs = SimTime.NEVER;
    private long keepIdleNs = SimTime.NEVER;
    private long keepIntervalNs;
    private int keepCount;
    private int keepProbes;
    private int keepGeneration;

    /** Whose connection it is. */
    interface User {
        /** After the last one is gone. */
        User NOBODY = new User() {
            @Override
            public void established() {}

            @Override
            public void received(byte[] data) {}

            @Override
            public void finished() {}

            @Override
            public void broken(IOException why) {}
        };

        void established();

        void received(byte[] data);

        /** The other end has sent all it will. */
        void finished();

        void broken(IOException why);
    }

    private enum State {
        CLOSED,
        SYN_SENT,
        SYN_RECEIVED,
        ESTABLISHED,
        /** Nobody owns it any more; what was sent is still sent again until it is acknowledged. */
        ORPHANED
    }

    /** @param wire takes what it sends */
    SimTcp(SimTime time, Consumer<Segment> wire) {
        this.time = time;
        this.wire = wire;
    }

    void belongTo(User whose) {
        user = whose;
    }

    // ---- what its user does --------------------------------------------------------------------------------------

    void connect() {
        state = State.SYN_SENT;
        send(Segment.bare(Kind.SYN, 0, 0));
    }

    void write(byte[] data) {
        send(new Segment(Kind.DATA, sendNext, receiveNext, data));
    }

    void close() {
        user = User.NOBODY;
        if (state == State.ESTABLISHED || state == State.SYN_RECEIVED) {
            state = State.ORPHANED;
            keepGeneration++;
            send(Segment.bare(Kind.FIN, sendNext, receiveNext));
        } else {
            forget();
        }
    }

    void reset() {
        emit(Segment.bare(Kind.RESET, sendNext, receiveNext));
        user = User.NOBODY;
        forget();
    }

    boolean isEstablished() {
        return state == State.ESTABLISHED;
    }

    // ---- sending -------------------------------------------------------------------------------------------------

    private void send(Segment segment) {
        if (unacked.isEmpty()) {
            firstSentNs = time.nowNs();
            retries = 0;
        }
        unacked.add(segment);
        sendNext = segment.seq() + segment.length();
        emit(segment);
        armRto();
    }

    private void emit(Segment segment) {
        segmentsOut++;
        ackHeldBack = false;
        ackGeneration++;
        wire.accept(new Segment(segment.kind(), segment.seq(), receiveNext, segment.data()));
    }

    private void acknowledge() {
        emit(Segment.bare(Kind.ACK, sendNext, receiveNext));
    }

    private void armRto() {
        rtoDueNs = time.nowNs() + rtoNs;
        if (!rtoRunning) {
            rtoRunning = true;
            time.after(rtoNs, this::onRto);
        }
    }

    private void onRto() {
        rtoRunning = false;
        if (unacked.isEmpty() || state == State.CLOSED) {
            return;
        }
        if (time.nowNs() < rtoDueNs) {
            rtoRunning = true;
            time.after(rtoDueNs - time.nowNs(), this::onRto);
            return;
        }
        boolean givenUp = ++retries > MOST_RETRIES
                || (userTimeoutNs != SimTime.NEVER && time.nowNs() - firstSentNs >= userTimeoutNs);
        if (givenUp) {
            end(new IOException("Connection timed out"));
            return;
        }
        rtoNs = Math.min(LONGEST_RTO_NS, 2 * rtoNs);
        retransmissions++;
        emit(unacked.peek());
        armRto();
    }

    // ---- receiving -----------------------------------------------------------------------------------------------

    void receive(Segment segment) {
        segmentsIn++;
        if (state == State.CLOSED && !segment.is(Kind.SYN)) {
            if (!segment.is(Kind.RESET)) {
                wire.accept(Segment.bare(Kind.RESET, segment.ackNo(), 0));
            }
            return;
        }
        switch (segment.kind()) {
            case RESET ->
                end(
                        state == State.SYN_SENT
                                ? new ConnectException("Connection refused")
                                : new IOException("Connection reset by peer"));
            case SYN -> onSyn();
            case SYN_ACK -> onSynAck(segment);
            case KEEPALIVE -> acknowledge();
            case ACK -> onAck(segment);
            case DATA, FIN -> {
                onAck(segment);
                onSequenced(segment);
            }
        }
    }

    /** Nobody listens. */
    void refuse(Segment syn) {
        wire.accept(Segment.bare(Kind.RESET, 0, syn.seq() + 1));
    }

    private void onSyn() {
        if (state == State.CLOSED) {
            state = State.SYN_RECEIVED;
            receiveNext = 1;
            send(Segment.bare(Kind.SYN_ACK, 0, 1));
        }
    }

    private void onSynAck(Segment segment) {
        if (state == State.SYN_SENT) {
            receiveNext = 1;
            state = State.ESTABLISHED;
            onAck(segment);
            dataReceivedNs = time.nowNs();
            acknowledge();
            user.established();
        } else {
            acknowledge();
        }
    }

    private void onAck(Segment segment) {
        ackReceivedNs = time.nowNs();
        keepProbes = 0;
        boolean progress = false;
        while (!unacked.isEmpty() && unacked.peek().seq() + unacked.peek().length() <= segment.ackNo()) {
            unacked.remove();
            progress = true;
        }
        if (!progress) {
            return;
        }
        if (retries == 0) {
            long sampleNs = time.nowNs() - firstSentNs;
            srttNs = srttNs == 0 ? sampleNs : (7 * srttNs + sampleNs) / 8;
        }
        retries = 0;
        firstSentNs = time.nowNs();
        rtoNs = Math.max(SHORTEST_RTO_NS, 2 * srttNs);
        rtoDueNs = time.nowNs() + rtoNs;
        if (state == State.SYN_RECEIVED) {
            state = State.ESTABLISHED;
            dataReceivedNs = time.nowNs();
            user.established();
        } else if (state == State.ORPHANED && unacked.isEmpty()) {
            forget();
        }
    }

    private void onSequenced(Segment segment) {
        if (segment.is(Kind.DATA)) {
            dataSegmentsIn++;
        }
        if (state == State.ORPHANED && segment.is(Kind.DATA)) {
            reset(); // nobody is there to read it
            return;
        }
        if (segment.seq() < receiveNext) {
            acknowledge(); // the acknowledgement was lost
            return;
        }
        early.put(segment.seq(), segment);
        boolean inOrder = segment.seq() == receiveNext;
        for (Segment next = early.remove(receiveNext); next != null; next = early.remove(receiveNext)) {
            take(next);
        }
        if (!inOrder) {
            acknowledge();
        }
    }

    private void take(Segment segment) {
        receiveNext = segment.seq() + segment.length();
        if (segment.is(Kind.FIN)) {
            acknowledge();
            user.finished();
            return;
        }
        dataReceivedNs = time.nowNs();
        holdAckBack();
        user.received(segment.data());
    }

    private void holdAckBack() {
        ackHeldBack = true;
        int generation = ++ackGeneration;
        time.after(DELAYED_ACK_NS, () -> {
            if (generation == ackGeneration) {
                quickAck();
            }
        });
    }

    void quickAck() {
        if (ackHeldBack) {
            acknowledge();
        }
    }

    private void end(IOException why) {
        User whose = user;
        user = User.NOBODY;
        forget();
        whose.broken(why);
    }

    private void forget() {
        state = State.CLOSED;
        unacked.clear();
        keepGeneration++;
        ackGeneration++;
    }

    // ---- keepalive -----------------------------------------------------------------------------------------------

    void userTimeout(long ns) {
        userTimeoutNs = ns;
    }

    void keepalive(long idleNs, long intervalNs, int count) {
        keepIdleNs = idleNs;
        keepIntervalNs = intervalNs;
        keepCount = count;
        keepProbes = 0;
        watchForKeepalive(Math.max(0, idleNs - quietNs()));
    }

    void keepaliveOff() {
        keepGeneration++;
    }

    private long quietNs() {
        return time.nowNs() - Math.max(dataReceivedNs, ackReceivedNs);
    }

    private void watchForKeepalive(long delayNs) {
        int generation = ++keepGeneration;
        time.after(delayNs, () -> {
            if (generation == keepGeneration && state == State.ESTABLISHED) {
                onKeepalive();
            }
        });
    }

    private void onKeepalive() {
        if (keepProbes == 0 && quietNs() < keepIdleNs) {
            watchForKeepalive(keepIdleNs - quietNs());
        } else if (!unacked.isEmpty()) {
            watchForKeepalive(keepIdleNs); // retransmission finds out
        } else if (keepProbes >= keepCount) {
            end(new IOException("Connection timed out"));
        } else {
            keepProbes++;
            emit(Segment.bare(Kind.KEEPALIVE, sendNext - 1, receiveNext));
            watchForKeepalive(keepIntervalNs);
        }
    }

    // ---- what the kernel tells -----------------------------------------------------------------------------------

    TcpInfo info() {
        return new TcpInfo(
                state == State.ESTABLISHED,
                unacked.size(),
                TimeUnit.NANOSECONDS.toMillis(time.nowNs() - dataReceivedNs),
                TimeUnit.NANOSECONDS.toMillis(time.nowNs() - ackReceivedNs),
                TimeUnit.NANOSECONDS.toMicros(srttNs),
                retransmissions,
                segmentsOut,
                segmentsIn,
                dataSegmentsIn,
                TimeUnit.NANOSECONDS.toMicros(rtoNs),
                TimeUnit.NANOSECONDS.toMicros(srttNs),
                0,
                0,
                0,
                true);
    }

    /** What a box that forges segments writes into them. */
    Segment forged(Kind kind) {
        return Segment.bare(kind, receiveNext - (kind == Kind.KEEPALIVE ? 1 : 0), sendNext);
    }
}
