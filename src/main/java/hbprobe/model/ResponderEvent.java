package hbprobe.model;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * A line of the responder's event log.
 *
 * @param seq counts the lines, so that a lost one shows
 * @param at RFC 3339, UTC, from the wall clock
 * @param type {@code listening}, {@code opened}, {@code greeted}, {@code ordered}, {@code pushed}, {@code refused},
 *     {@code ended}, {@code stopped}
 * @param flow the flow's name, as in the protocol; null before its hello
 * @param address of the client
 * @param detail in words
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record ResponderEvent(
        long seq,
        String at,
        String type,
        @Nullable String flow,
        @Nullable String address,
        @Nullable String detail) {}
