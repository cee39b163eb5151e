package hbprobe.dialect;

import hbprobe.model.Abilities;
import hbprobe.model.FarReport;
import hbprobe.model.ServerLimit;
import hbprobe.net.KernelView;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * HTTP/1.1 (RFC 9112) on a connection that is kept: HEAD is the ping. Where the user knows a path that answers late,
 * its answer is the server's speaking first.
 */
public final class HttpDialect implements Dialect {
    /** Web servers take hundreds (nginx 512 in all as it comes), yet some limit an address to a hundred. */
    private static final int FLOWS = 64;

    /** Servers send at most 64 KiB of headers, most far less; cookies make them long. */
    private static final int LONGEST_HEADERS = 65_536;

    private static final int LONGEST_LINE = 8_192;
    private static final int LONGEST_CHUNK = 8_192;

    /** Of a server whose clock ticks, and which may round what it is told. */
    private static final Duration MAY_BE_EARLY = Duration.ofMillis(50);

    /** Longer than an answer that comes at once takes, and no burden to wait for. */
    private static final Duration TRIAL_DELAY = Duration.ofMillis(250);

    private static final Pattern KEEP_ALIVE_TIMEOUT = Pattern.compile("(?i)\\btimeout\\s*=\\s*(\\d{1,9})");

    private final Access access;
    private long lastName;
    private boolean latePathWorks;

    /** @param access who asks for what, and where */
    public HttpDialect(Access access) {
        this.access = access;
    }

    @Override
    public String name() {
        return access.target().scheme().word();
    }

    @Override
    public Abilities abilities(boolean seesSegments) {
        return access.pushPath().isPresent()
                ? Abilities.ofServer(Abilities.TCP_BOTH_WAYS, FLOWS, List.of(OneSided.SERVER_CONFIRMS_NOTHING))
                : Abilities.ofServer(Abilities.TCP_CLIENT_FIRST, FLOWS, List.of(OneSided.CLIENT_SPOKE_FIRST));
    }

    @Override
    public Conversation converse(Priming priming, KernelView kernel, FlowListener listener) {
        return new Talk(++lastName, priming, kernel, listener);
    }

    /** One flow. */
    private final class Talk extends ServerTalk<HttpObject> {
        private final HttpRequests requests = new HttpRequests(access);
        private final FirstWords firstWords = new FirstWords();
        private boolean accepted;

        /** @param name of the flow; the server has none for it, yet it can be asked about */
        Talk(long name, Priming priming, KernelView kernel, FlowListener listener) {
            super(HttpObject.class, "http", priming, kernel, listener);
            named(name);
        }

        @Override
        void codec(ChannelPipeline pipeline) {
            pipeline.addLast(firstWords, new HttpClientCodec(LONGEST_LINE, LONGEST_HEADERS, LONGEST_CHUNK));
        }

        /** Each request brings its login along; that the late path is one must be known before all depends on it. */
        @Override
        void logIn() {
            if (isIdle() || access.pushPath().isEmpty() || latePathWorks) {
                ready();
            } else {
                askLate(TRIAL_DELAY, () -> {
                    latePathWorks = true;
                    ready();
                });
            }
        }

        @Override
        void read(HttpObject message) {
            if (message.decoderResult().isFailure()) {
                firstWords.disown(this, "http", "https");
            } else if (message instanceof HttpResponse response
                    && response.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
                super.read(response);
            }
            // Bodies say nothing that matters here, and interim answers are none.
        }

        @Override
        void unasked(HttpObject message) {
            hear(message instanceof HttpResponse response ? words(response.status()) : "");
        }

        @Override
        void ping() {
            ask(requests.of(HttpMethod.HEAD, requests.path()), answer -> onAlive((HttpResponse) answer));
        }

        private void onAlive(HttpResponse answer) {
            if (accepted || accepts(answer)) {
                accepted = true;
                answered();
                if (!HttpUtil.isKeepAlive(answer)) {
                    retired(); // nginx's keepalive_requests, Apache's MaxKeepAliveRequests
                }
            }
        }

        private boolean accepts(HttpResponse answer) {
            HttpResponseStatus status = answer.status();
            if (status.equals(HttpResponseStatus.UNAUTHORIZED)
                    && access.login().user().isPresent()) {
                refuse("login", "the server refuses the login of the target: " + words(status));
                return false;
            }
            if (!HttpUtil.isKeepAlive(answer)) {
                refuse("no-keep-alive", notKept(status));
                return false;
            }
            if (!isIdle()) {
                timeout(answer).ifPresent(this::limited);
            }
            return true;
        }

        private static String notKept(HttpResponseStatus status) {
            return status.equals(HttpResponseStatus.BAD_REQUEST)
                    ? "the server answers " + words(status) + " and closes; does it expect TLS (https://) on this port?"
                    : "the server closes after each answer (it says " + words(status) + ", and no keep-alive), so there"
                            + " is no idle connection to measure";
        }

        private static Optional<ServerLimit> timeout(HttpResponse answer) {
            String header = answer.headers().get("Keep-Alive", "");
            Matcher timeout = KEEP_ALIVE_TIMEOUT.matcher(header);
            return timeout.find()
                    ? Optional.of(new ServerLimit(
                            "http keep-alive timeout",
                            Duration.ofSeconds(Long.parseLong(timeout.group(1))),
                            "Keep-Alive header"))
                    : Optional.empty();
        }

        /** Not every server takes a request before it has answered the last one. */
        @Override
        boolean ordersWithPing() {
            return false;
        }

        @Override
        void orderPush(Duration after) {
            askLate(after, () -> pushed(after.minus(MAY_BE_EARLY).toNanos()));
        }

        private void askLate(Duration after, Runnable whenAnswered) {
            String template = access.pushPath().orElseThrow();
            String seconds = String.format(Locale.ROOT, "%.3f", after.toNanos() / 1e9);
            long askedAtNs = nowNs();
            ask(requests.of(HttpMethod.GET, template.replace("{seconds}", seconds)), answer -> {
                HttpResponseStatus status = ((HttpResponse) answer).status();
                Duration took = Duration.ofNanos(nowNs() - askedAtNs);
                if (status.codeClass() != HttpStatusClass.SUCCESS) {
                    refuse("push-path", "GET of --push-path " + template + " is answered with " + words(status));
                } else if (took.plus(MAY_BE_EARLY).compareTo(after) < 0) {
                    refuse(
                            "push-path",
                            "GET of --push-path " + template + " is answered too early; it has to wait as long as it is"
                                    + " told, fractions of a second too");
                } else {
                    whenAnswered.run();
                }
            });
        }

        @Override
        public void ask(long otherFarName) {
            report(otherFarName, Optional.of(FarReport.spoke()));
        }

        private static String words(HttpResponseStatus status) {
            return Sayings.printable(status.toString());
        }
    }
}
