package hbprobe.model;

import io.avaje.jsonb.Json;

/** Measured times in seconds: percentiles to three significant digits, the rest as measured. */
@Json(naming = Json.Naming.LowerUnderscore)
public record Distribution(double min, double p50, double p90, double p99, double max, double mean) {}
