package hbprobe.model;

import io.avaje.jsonb.Json;

/** Predicted times in seconds, over every phase in which the event may fall. */
@Json(naming = Json.Naming.LowerUnderscore)
public record Bounds(double min, double mean, double max) {}
