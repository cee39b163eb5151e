package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.net.KernelView;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshaker;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakerFactory;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketHandshakeException;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** WebSocket (RFC 6455): a ping frame is the ping. What an application says on it is heard and left unanswered. */
public final class WsDialect implements Dialect {
    /** As with HTTP, under which it begins: some servers limit an address to a hundred. */
    private static final int FLOWS = 64;

    /** Of a frame: an application may greet with much, a test of its path is no place for more. */
    private static final int LONGEST_FRAME = 1 << 20;

    /** No timer of the codec's: this end closes by itself. */
    private static final long NEVER_FORCED = -1;

    private final Access access;

    /** @param access who asks for what, and where */
    public WsDialect(Access access) {
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

    /** One flow: HTTP until the server has switched, then frames. */
    private static final class Talk extends ServerTalk<Object> {
        private final FirstWords firstWords = new FirstWords();
        private final WebSocketClientHandshaker handshaker;
        private final boolean hasLogin;
        private @Nullable HttpResponse switched;
        private long asked;
        private long answered;

        Talk(Access access, Priming priming, KernelView kernel, FlowListener listener) {
            super(Object.class, "ws", priming, kernel, listener);
            this.handshaker = handshaker(new HttpRequests(access));
            this.hasLogin = access.login().user().isPresent();
        }

        private static WebSocketClientHandshaker handshaker(HttpRequests requests) {
            boolean masked = true; // as clients must
            boolean extended = false;
            boolean fromAPage = false;
            return WebSocketClientHandshakerFactory.newHandshaker(
                    // Only the path of it is used: whose it is stands in the headers.
                    URI.create("ws://target" + requests.path()),
                    WebSocketVersion.V13,
                    null,
                    extended,
                    requests.headers(),
                    LONGEST_FRAME,
                    masked,
                    false,
                    NEVER_FORCED,
                    false,
                    fromAPage);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(firstWords, new HttpClientCodec());
        }

        @Override
        void logIn() {
            handshaker.handshake(context().channel());
        }

        // ---- the handshake ---------------------------------------------------------------------------------------

        @Override
        void read(Object message) {
            if (message instanceof HttpObject part) {
                readHttp(part);
            } else if (message instanceof PongWebSocketFrame pong) {
                onPong(pong.content());
            } else if (message instanceof PingWebSocketFrame ping) {
                say(new PongWebSocketFrame(ping.content().retain()));
                hear("ping");
            } else if (message instanceof CloseWebSocketFrame close) {
                onClose(close);
            } else {
                hear(message instanceof TextWebSocketFrame text ? Sayings.printable(text.text()) : "a message");
            }
        }

        private void readHttp(HttpObject part) {
            if (part.decoderResult().isFailure()) {
                firstWords.disown(this, "ws", "wss");
            } else if (part instanceof HttpResponse response) {
                if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
                    switched = response;
                } else {
                    onRefusal(response.status());
                }
            }
            HttpResponse response = switched;
            if (part instanceof LastHttpContent && response != null) {
                finish(response);
            }
        }

        private void finish(HttpResponse response) {
            Channel channel = context().channel();
            try {
                handshaker.finishHandshake(
                        channel,
                        new DefaultFullHttpResponse(
                                response.protocolVersion(),
                                response.status(),
                                Unpooled.EMPTY_BUFFER,
                                response.headers(),
                                response.headers()));
            } catch (WebSocketHandshakeException e) {
                refuse(
                        "not-ws",
                        "the server switches protocols, but not as WebSocket has it: "
                                + Sayings.printable(String.valueOf(e.getMessage())));
                return;
            }
            ready();
        }

        private void onRefusal(HttpResponseStatus status) {
            String words = Sayings.printable(status.toString());
            if (status.equals(HttpResponseStatus.UNAUTHORIZED)) {
                refuse(
                        "login",
                        hasLogin
                                ? "the server refuses the login of the target: " + words
                                : "the server demands a login (" + words + "); give it in the target"
                                        + " (ws://USER:PASSWORD@host), the password with --password-file or"
                                        + " HBPROBE_PASSWORD if you like");
                return;
            }
            String hint = status.equals(HttpResponseStatus.BAD_REQUEST)
                    ? "does it expect TLS (wss://) on this port?"
                    : "is this the path of a WebSocket?";
            refuse("not-ws", "the server answers the WebSocket handshake with " + words + "; " + hint);
        }

        // ---- frames ----------------------------------------------------------------------------------------------

        @Override
        void ping() {
            say(new PingWebSocketFrame(Unpooled.copyLong(++asked)));
        }

        /** Where several pings wait, a server may answer the last one only (RFC 6455, 5.5.3). */
        private void onPong(ByteBuf payload) {
            long number = payload.readableBytes() == Long.BYTES ? payload.getLong(payload.readerIndex()) : 0;
            if (number <= answered || number > asked) {
                hear("pong"); // one-way heartbeats are pongs that nobody asked for
            }
            while (answered < number && number <= asked) {
                answered++;
                answered();
            }
        }

        /** The server closes when its word was returned; until then it would wait. */
        private void onClose(CloseWebSocketFrame close) {
            hear("close " + close.statusCode() + " " + Sayings.printable(close.reasonText()));
            say(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
        }

        @Override
        void farewell() {
            say(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE));
        }
    }
}
