package hbprobe.dialect;

import hbprobe.model.TargetSpec;
import hbprobe.runtime.Build;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.QueryStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalInt;
import java.util.TreeMap;

/** What HTTP requests to a target have in common. */
final class HttpRequests {
    private final TargetSpec target;

    HttpRequests(Access access) {
        this.target = access.target();
    }

    /** A request without a body. */
    FullHttpRequest of(HttpMethod method, String path) {
        return new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                method,
                encoded(path),
                Unpooled.EMPTY_BUFFER,
                headers(),
                EmptyHttpHeaders.INSTANCE);
    }

    /** What the target's URI names at its host: path and parameters, these by their names. */
    String path() {
        QueryStringEncoder path = new QueryStringEncoder("/" + target.path());
        new TreeMap<>(target.parameters()).forEach(path::addParam);
        return encoded(path.toString());
    }

    /** Who is asked, who asks, and on whose behalf. */
    HttpHeaders headers() {
        HttpHeaders headers = new DefaultHttpHeaders()
                .set(HttpHeaderNames.HOST, authority())
                .set(HttpHeaderNames.USER_AGENT, "hbprobe/" + Build.version());
        target.login().user().ifPresent(user -> {
            String login = user + ":" + target.login().password().orElse("");
            String basic = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
            headers.set(HttpHeaderNames.AUTHORIZATION, "Basic " + basic);
        });
        return headers;
    }

    /** Host and port, this only where it isn't the usual one: some servers look for the name as it stands. */
    String authority() {
        String host = target.host().contains(":") ? "[" + target.host() + "]" : target.host();
        return target.scheme().usualPort().equals(OptionalInt.of(target.port())) ? host : host + ":" + target.port();
    }

    /** Users write paths as they come; what RFC 3986 has no place for goes percent-encoded. */
    private static String encoded(String path) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            char sign = (char) (each & 0xff);
            if (sign > ' ' && sign < 0x7f && "\"#<>[]\\^`{|}".indexOf(sign) < 0) {
                encoded.append(sign);
            } else {
                encoded.append(String.format("%%%02X", (int) sign));
            }
        }
        return encoded.toString().replaceAll("%(?![0-9A-Fa-f]{2})", "%25");
    }
}
