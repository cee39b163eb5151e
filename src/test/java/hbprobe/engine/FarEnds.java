package hbprobe.engine;

import hbprobe.model.Means;
import hbprobe.model.Transport;
import java.util.Optional;

/** Far ends as a host with everything sees them. */
final class FarEnds {
    static final Means RESPONDER = of("hb", Transport.TCP, true, true, true);
    static final Means UDP_RESPONDER = of("hb+udp", Transport.UDP, true, true, true);

    /** Speaks first when told to, and takes no other orders. */
    static final Means REDIS = of("redis", Transport.TCP, true, true, false);

    /** Answers, and no more. */
    static final Means WS = of("ws", Transport.TCP, true, false, false);

    /** Nothing is ever written to it. */
    static final Means SSH = of("ssh", Transport.TCP, false, false, false);

    private static Means of(String dialect, Transport transport, boolean writes, boolean pushes, boolean orders) {
        return new Means(dialect, transport, writes, pushes, orders, 512, true, true, false, Optional.empty());
    }

    private FarEnds() {}
}
