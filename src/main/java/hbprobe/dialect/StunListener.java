package hbprobe.dialect;

import java.net.InetSocketAddress;
import java.util.Optional;

/** Is told, on the event loop, what came of Binding requests. A request goes by the number that its sender gave it. */
public interface StunListener {
    /**
     * An answer.
     *
     * @param mapped where the request seemed to come from
     * @param other the server's other address and other port
     * @param software as the server calls itself
     * @param isRewritten whether the address in the clear differs from the hidden one
     */
    record Answer(
            InetSocketAddress mapped,
            Optional<InetSocketAddress> other,
            Optional<String> software,
            boolean isRewritten) {}

    /** The answer to a request, which may come more than once. */
    void onAnswer(int request, InetSocketAddress from, Answer answer);

    /** The server refused a request. */
    void onRefused(int request, int code, String reason);

    /** A request that this program sent itself arrived. */
    void onLooped(int request, InetSocketAddress from);

    /** An ICMP error came back. */
    void onIcmp(Throwable error);
}
