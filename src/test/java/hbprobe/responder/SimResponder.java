package hbprobe.responder;

import hbprobe.net.KernelView;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Lends the responder's own handlers to a simulated network. */
public final class SimResponder {
    private SimResponder() {}

    /** Makes the first handler of each connection to one responder. */
    public static Supplier<ChannelHandler> handlers(EventLoop loop, KernelView kernel, InstantSource wall) {
        return new Responder(ResponderSettings.onPort(0), loop, kernel, event -> {}, wall)::flowHandler;
    }

    /** Makes the handler of the UDP socket of a responder, a fresh one each time. */
    public static Supplier<ChannelHandler> datagramHandlers(EventLoop loop, KernelView kernel, InstantSource wall) {
        return () -> new Responder(ResponderSettings.onPort(0), loop, kernel, event -> {}, wall).datagramHandler();
    }
}
