package hbprobe.model;

import io.avaje.jsonb.Json;

/**
 * Why nothing could be measured, or a measurement came to nothing.
 *
 * @param code a short name for scripts: {@code refused}, {@code no-route}, …
 * @param message for a person: the operation, the endpoint, the way out
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Problem(String code, String message) {}
