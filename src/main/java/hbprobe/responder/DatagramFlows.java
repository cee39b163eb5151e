package hbprobe.responder;

import hbprobe.model.Limits;
import hbprobe.wire.Datagram.Refused;
import hbprobe.wire.Frame.Reason;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The UDP flows that have orders in force, and a bounded memory of those that had some. An echo makes no entry. Used on
 * the event loop only.
 */
final class DatagramFlows {
    private final Responder responder;
    private final Map<Name, DatagramFlow> open = new HashMap<>();
    private final Map<Name, DatagramFlow.Past> ended = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Name, DatagramFlow.Past> eldest) {
            return size() > Limits.RESPONDER_MEMORY;
        }
    };

    /** A flow's name is the client's own choice, so that it is nothing without the client's address. */
    record Name(long flow, InetAddress address) {}

    DatagramFlows(Responder responder) {
        this.responder = responder;
    }

    Optional<DatagramFlow> open(Name name) {
        return Optional.ofNullable(open.get(name));
    }

    /** What is known of a flow, with orders in force or not. */
    Optional<DatagramFlow.Past> find(Name name) {
        DatagramFlow flow = open.get(name);
        return flow != null ? Optional.of(flow.past()) : Optional.ofNullable(ended.get(name));
    }

    /** Why one more can't be had; empty when it can. Connections count too. */
    Optional<Refused> refusal(long nonce, InetAddress address) {
        ResponderSettings settings = responder.settings();
        if (responder.flows().held() >= settings.maxFlows()) {
            return Optional.of(new Refused(
                    nonce, Reason.FLOWS, settings.maxFlows(), "it holds as many flows as it may (--max-flows)"));
        }
        if (responder.flows().heldFor(address) >= settings.maxFlowsPerAddress()) {
            return Optional.of(new Refused(
                    nonce, Reason.FLOWS_PER_ADDRESS, settings.maxFlowsPerAddress(), "see --max-flows-per-address"));
        }
        return Optional.empty();
    }

    void add(Name name, DatagramFlow flow) {
        open.put(name, flow);
        ended.remove(name);
        responder.flows().admit(name.address());
    }

    /** It has no order in force any more. */
    void end(Name name) {
        DatagramFlow flow = open.remove(name);
        if (flow != null) {
            ended.put(name, flow.past());
            responder.flows().release(name.address());
            responder.oneIsGone();
        }
    }

    /** The socket is gone. */
    void endAll() {
        List.copyOf(open.values()).forEach(DatagramFlow::cancel);
    }
}
