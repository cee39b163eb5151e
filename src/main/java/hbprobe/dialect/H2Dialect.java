package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.Problem;
import hbprobe.net.KernelView;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2ChannelDuplexHandler;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Frame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2FrameStream;
import io.netty.handler.codec.http2.Http2FrameStreamException;
import io.netty.handler.codec.http2.Http2GoAwayFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2SettingsAckFrame;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import java.util.Locale;

/**
 * HTTP/2 (RFC 9113) without an upgrade, and gRPC, which is spoken over it: a PING frame is the ping.
 *
 * <p>To some servers only requests are use: nginx counts from the last one, and takes a connection that never had one
 * for one that is slow to begin, whatever it is pinged. So a flow that falls idle has had a request, and busy ones
 * repeat it.
 *
 * <p>gRPC servers count pings without data between them and send those away who send more than two too many
 * ({@code GRPC_ARG_HTTP2_MAX_PING_STRIKES}; in five minutes, or in two hours where no call is open, one is allowed).
 * So a flow that falls idle has two in all, one before its silence and one after it, and no call, since data makes some
 * servers ping in turn. Busy ones call the health service; whatever it says is data.
 */
public final class H2Dialect implements Dialect {
    /** Servers take hundreds of connections (nginx 512 in all as it comes), yet some limit an address to a hundred. */
    private static final int FLOWS = 64;

    /** Chosen by ALPN (RFC 9113, 3.2). */
    private static final String ALPN = "h2";

    /** An empty message, uncompressed: a byte of flags and four of length. */
    private static final byte[] EMPTY_MESSAGE = new byte[5];

    private final Access access;

    /** @param access where it is, and whether it is gRPC */
    public H2Dialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return Abilities.ofServer(Abilities.TCP_CLIENT_FIRST, FLOWS, List.of(OneSided.CLIENT_SPOKE_FIRST));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(access, priming, kernel, listener);
    }

    /** One flow. */
    private static final class Talk extends ServerTalk<Http2Frame> {
        private final Access access;
        private final HttpRequests requests;
        private final boolean isGrpc;
        private final FirstWords firstWords = new FirstWords();

        /** The codec's way of giving streams away. */
        private final Http2ChannelDuplexHandler streams = new Http2ChannelDuplexHandler() {};

        private boolean settled;
        private boolean accepted;
        private boolean begun;
        private Runnable onCalled = () -> {};
        private long asked;
        private long answered;

        Talk(Access access, Priming priming, KernelView kernel, FlowListener listener) {
            super(Http2Frame.class, "h2", priming, kernel, listener);
            this.access = access;
            this.requests = new HttpRequests(access);
            this.isGrpc = access.target().scheme().dialect().equals("grpc");
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(firstWords, Http2FrameCodecBuilder.forClient().build(), streams);
        }

        /** The codec has sent the preface; after TLS only now it shows what the server has agreed to. */
        @Override
        void logIn() {
            SslHandler tls = context().pipeline().get(SslHandler.class);
            if (tls != null && !ALPN.equals(tls.engine().getApplicationProtocol())) {
                String chosen = tls.engine().getApplicationProtocol();
                refuse(
                        "not-h2",
                        "the server does not choose HTTP/2 in the TLS handshake"
                                + (chosen == null || chosen.isEmpty() ? "" : " but " + Sayings.printable(chosen))
                                + "; try https://");
            }
        }

        @Override
        void read(Http2Frame frame) {
            if (frame instanceof Http2SettingsFrame) {
                settled = true;
            } else if (frame instanceof Http2SettingsAckFrame) {
                accepted = true;
            } else if (frame instanceof Http2PingFrame ping) {
                onPing(ping);
            } else if (frame instanceof Http2GoAwayFrame leave) {
                onGoAway(leave);
            } else if (refusesLogin(frame)) {
                refuse("login", "the server refuses the login of the target: 401 Unauthorized");
            } else if (ends(frame)) {
                onCalled.run();
            }
            if (settled && accepted && !begun) {
                begun = true;
                begin();
            }
        }

        private void begin() {
            if (isGrpc || !isIdle()) {
                onCalled = this::answered;
                ready();
            } else {
                onCalled = this::ready;
                call();
            }
        }

        private void onPing(Http2PingFrame ping) {
            if (!ping.ack()) {
                hear("ping"); // which the codec has answered
            } else if (ping.content() == answered + 1) {
                answered++;
                answered();
            }
        }

        private void onGoAway(Http2GoAwayFrame leave) {
            Http2Error error = Http2Error.valueOf(leave.errorCode());
            String debug = Sayings.printable(leave.content());
            String words =
                    "GOAWAY " + (error == null ? "" + leave.errorCode() : error) + (debug.isEmpty() ? "" : " ") + debug;
            if (error == Http2Error.ENHANCE_YOUR_CALM) {
                refuse(
                        "enhance-your-calm",
                        "the server takes the pings for abuse (" + words + "): it allows fewer, or none without data");
            } else {
                hear(words);
            }
        }

        /** Of what answers a request. */
        private static boolean ends(Http2Frame frame) {
            return frame instanceof Http2ResetFrame
                    || (frame instanceof Http2HeadersFrame headers && headers.isEndStream())
                    || (frame instanceof Http2DataFrame data && data.isEndStream());
        }

        @Override
        void ping() {
            if (isIdle()) {
                say(new DefaultHttp2PingFrame(++asked));
            } else {
                call();
            }
        }

        private void call() {
            Http2FrameStream stream = streams.newStream();
            Http2Headers headers = new DefaultHttp2Headers()
                    .scheme(access.target().scheme().tls() ? "https" : "http")
                    .authority(requests.authority());
            requests.headers()
                    .remove(HttpHeaderNames.HOST)
                    .forEach(header -> headers.set(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
            if (isGrpc) {
                headers.method("POST")
                        .path("/grpc.health.v1.Health/Check")
                        .set(HttpHeaderNames.TE, "trailers")
                        .set(HttpHeaderNames.CONTENT_TYPE, "application/grpc");
                say(new DefaultHttp2HeadersFrame(headers).stream(stream));
                say(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(EMPTY_MESSAGE), true).stream(stream));
            } else {
                headers.method("HEAD").path(requests.path());
                say(new DefaultHttp2HeadersFrame(headers, true).stream(stream));
            }
        }

        private boolean refusesLogin(Http2Frame frame) {
            return frame instanceof Http2HeadersFrame answer
                    && "401".contentEquals(String.valueOf(answer.headers().status()))
                    && access.login().user().isPresent();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            if (cause instanceof Http2Exception || cause instanceof Http2FrameStreamException) {
                if (settled) {
                    refuse(
                            "h2",
                            "the server does not keep to HTTP/2: "
                                    + Sayings.printable(String.valueOf(cause.getMessage())));
                } else {
                    firstWords.disown(this, "h2", isGrpc ? "grpcs" : "h2s");
                }
            } else if (String.valueOf(cause.getMessage())
                    .toLowerCase(Locale.ROOT)
                    .contains("no_application_protocol")) {
                // Before this talk has begun, so that it can't refuse by itself.
                ctx.fireExceptionCaught(new RefusedException(
                        new Problem("not-h2", "the server refuses HTTP/2 in the TLS handshake; try https://")));
            } else {
                ctx.fireExceptionCaught(cause);
            }
        }
    }
}
