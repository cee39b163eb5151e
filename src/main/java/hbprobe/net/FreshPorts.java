package hbprobe.net;

import hbprobe.runtime.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Local UDP ports that no run has used lately. A box on the path may remember an earlier run's flow, and a new one from
 * the same port would find its state. The monotonic clock, which all programs of a machine share, says where to begin:
 * a run that begins later begins above the ports of an earlier one, until the range is used up after some minutes.
 */
final class FreshPorts {
    /** Those of this program: its runs side by side share them. */
    static final FreshPorts SHARED = ofThisHost();

    /** Ports a second: the default pace at which flows are opened. */
    private static final long PER_SECOND = 100;

    /** Linux's range of ephemeral ports, where it can't be read. */
    private static final String USUAL_RANGE = "32768 60999";

    private final int first;
    private final int count;
    private final AtomicLong next;

    /**
     * A range of ports.
     *
     * @param nowNs monotonic, since an origin that is the same for every program of the machine
     */
    FreshPorts(int first, int last, long nowNs) {
        this.first = first;
        this.count = last - first + 1;
        this.next = new AtomicLong(nowNs / (1_000_000_000 / PER_SECOND));
    }

    private static FreshPorts ofThisHost() {
        String range = Sysctl.read("net/ipv4/ip_local_port_range").orElse(USUAL_RANGE);
        String[] ends = range.trim().split("\\s+", 2);
        return new FreshPorts(Integer.parseInt(ends[0]), Integer.parseInt(ends[ends.length - 1]), Host.monotonicNs());
    }

    /** The next one that nobody has at the moment, on that address; 0, the kernel's choice, if all are taken. */
    int next(InetAddress local) {
        for (int i = 0; i < count; i++) {
            int port = first + (int) Math.floorMod(next.getAndIncrement(), (long) count);
            if (isFree(new InetSocketAddress(local, port))) {
                return port;
            }
        }
        return 0;
    }

    private static boolean isFree(InetSocketAddress address) {
        try (DatagramChannel trial = DatagramChannel.open()) {
            trial.bind(address);
            return true;
        } catch (IOException e) {
            return false; // the kernel says why again, and better, where the port is really used
        }
    }
}
