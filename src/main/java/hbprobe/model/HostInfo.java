package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The machine that measured.
 *
 * @param os operating system and version
 * @param java version of Java
 * @param transport {@code epoll} or {@code nio}
 * @param timerErrorMsP99 how late this machine's timers were, 99th percentile, milliseconds; null when none fired
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record HostInfo(
        String os, String java, String transport, @Nullable Double timerErrorMsP99) {}
