package hbprobe.dialect;

import hbprobe.model.Problem;
import hbprobe.net.Closing;
import hbprobe.net.TlsFailure;
import hbprobe.wire.BadFrameException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CodecException;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Last in every dialect's pipeline: turns the end of a connection, however it came, into one event. */
final class FlowAdapter extends ChannelInboundHandlerAdapter {
    private final String protocol;
    private final FlowListener listener;
    private @Nullable Throwable error;
    private boolean failed;
    private boolean leaving;

    /** @param protocol its name, for messages to the user */
    FlowAdapter(String protocol, FlowListener listener) {
        this.protocol = protocol;
        this.listener = listener;
    }

    /** From now on the close is this end's own. */
    void leaving() {
        leaving = true;
    }

    /** The conversation came to nothing: tells why, once, and closes. */
    void fail(ChannelHandlerContext ctx, String code, String message) {
        if (!failed) {
            failed = true;
            listener.failed(new Problem(code, message));
        }
        ctx.close();
    }

    /** Whoever is there speaks another protocol. */
    void notSpoken(ChannelHandlerContext ctx, String heard) {
        Problem why = notSpoken(protocol, heard);
        fail(ctx, why.code(), why.message());
    }

    /** The same as a value. */
    static Problem notSpoken(String protocol, String heard) {
        return new Problem(
                "not-" + protocol,
                "the far end does not speak " + protocol + (heard.isEmpty() ? "" : ": it says \"" + heard + "\""));
    }

    /** A write that fails closes the channel, but its error does not come up the pipeline: it has to be asked for. */
    void onWritten(Future<?> written) {
        if (error == null) {
            error = written.cause();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof BadFrameException) {
            fail(ctx, "not-a-responder", String.valueOf(cause.getMessage()));
            return;
        }
        if (cause instanceof RefusedException refused) {
            fail(ctx, refused.problem().code(), refused.problem().message());
            return;
        }
        Optional<Problem> tls = TlsFailure.of(cause);
        if (tls.isPresent()) {
            fail(ctx, tls.get().code(), tls.get().message());
            return;
        }
        if (cause instanceof CodecException) {
            notSpoken(ctx, ""); // bytes that a protocol's codec can make nothing of
            return;
        }
        if (!(cause instanceof IOException)) {
            listener.broken(cause); // not the network's doing
        }
        if (error == null) {
            error = cause;
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (failed) {
            return;
        }
        if (error != null) {
            listener.closed(Closing.of(error), Closing.reason(error));
        } else {
            listener.closed(leaving ? Closing.LOCAL : Closing.FIN, "");
        }
    }
}
