package hbprobe.responder;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * What a flow over UDP is known by. A name belongs to the address that uses it: nobody else can ask for that flow or
 * interfere with it.
 *
 * @param flow chosen by the client
 */
record FlowName(long flow, InetAddress address) implements Comparable<FlowName> {
    String print() {
        return Long.toHexString(flow);
    }

    /** A map stays fast by this for names that were chosen to have the same hash code. */
    @Override
    public int compareTo(FlowName other) {
        int byFlow = Long.compare(flow, other.flow);
        return byFlow != 0 ? byFlow : Arrays.compare(address.getAddress(), other.address.getAddress());
    }
}
