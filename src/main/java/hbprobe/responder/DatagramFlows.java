package hbprobe.responder;

import hbprobe.model.Limits;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The flows over UDP that have an order in force, and a bounded memory of those whose orders are over. They count among
 * the connections that a responder holds. Used on the event loop only.
 */
final class DatagramFlows {
    private final Responder responder;
    private final EventLoop loop;
    private final Map<FlowName, DatagramFlow> open = new HashMap<>();
    private final Map<FlowName, Past> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<FlowName, Past> eldest) {
            return size() > Limits.RESPONDER_MEMORY;
        }
    };

    /**
     * What is remembered of a flow.
     *
     * @param pushes copies sent of its last push
     * @param from where its order came from
     */
    record Past(int pushes, long firstAfterNs, long lastAfterNs, InetSocketAddress from) {}

    DatagramFlows(Responder responder, EventLoop loop) {
        this.responder = responder;
        this.loop = loop;
    }

    /** A flow with an order in force. */
    @Nullable
    DatagramFlow find(FlowName name) {
        return open.get(name);
    }

    /** The same, or a new one. */
    DatagramFlow open(FlowName name, InetSocketAddress from) {
        DatagramFlow known = open.get(name);
        if (known != null) {
            return known;
        }
        DatagramFlow flow = new DatagramFlow(this, name, from, loop);
        open.put(name, flow);
        responder.flows().admit(name.address());
        responder.log().opened(from, name.print());
        return flow;
    }

    void pushed(DatagramFlow flow) {
        responder.log().pushed(flow.past().from(), flow.name().print());
    }

    void end(DatagramFlow flow) {
        if (open.remove(flow.name()) != null) {
            ended.remove(flow.name()); // or it would stay as old as it was
            ended.put(flow.name(), flow.past());
            responder.flows().release(flow.name().address());
            responder.log().ended(flow.from(), flow.name().print(), "its orders are over");
            responder.oneIsGone();
        }
    }

    /** What is known of a flow, whether or not an order of it is still in force. */
    Optional<Past> past(FlowName name) {
        DatagramFlow flow = open.get(name);
        return flow != null ? Optional.of(flow.past()) : Optional.ofNullable(ended.get(name));
    }
}
