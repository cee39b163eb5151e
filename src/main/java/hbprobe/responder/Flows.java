package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.net.Addresses;
import hbprobe.wire.Frame;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The flows a responder holds, and a bounded memory of those that have ended, so that a client can ask afterwards what
 * became of one. Used on the event loop only.
 */
final class Flows {
    private final Map<Long, FrameFlow> open = new HashMap<>();
    private final Map<Long, Integer> byNetwork = new HashMap<>();
    private final Map<Long, Past> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Past> eldest) {
            return size() > Limits.RESPONDER_MEMORY;
        }
    };
    private int held;

    /** What is remembered of a flow. */
    record Past(int pushes, long pushedAfterNs, boolean pushAcknowledged, Frame.End end) {}

    /** Connections held now, whatever they speak, and flows over UDP with an order in force. */
    int held() {
        return held;
    }

    /** The same for one client address; an IPv6 host has all addresses of a /64. */
    int heldFor(InetAddress address) {
        return byNetwork.getOrDefault(Addresses.network(address), 0);
    }

    void admit(InetAddress address) {
        held++;
        byNetwork.merge(Addresses.network(address), 1, Integer::sum);
    }

    void release(InetAddress address) {
        held--;
        byNetwork.computeIfPresent(Addresses.network(address), (same, count) -> count > 1 ? count - 1 : null);
    }

    void greeted(FrameFlow flow) {
        open.put(flow.id(), flow);
    }

    void ended(FrameFlow flow, Frame.End end) {
        if (open.remove(flow.id()) != null) {
            ended.put(flow.id(), flow.past(end));
        }
    }

    /** What is known of a flow, still open or ended. */
    Optional<Past> find(long id) {
        FrameFlow flow = open.get(id);
        return flow != null ? Optional.of(flow.past(Frame.End.OPEN)) : Optional.ofNullable(ended.get(id));
    }
}
