package hbprobe.model;

import io.avaje.jsonb.Json;

/**
 * What a mechanism costs on a flow that carries nothing else.
 *
 * @param packetsPerHour both ways
 * @param bytesPerHour both ways, headers of IP and TCP included
 * @param measured by the kernel's counters; else computed
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Cost(Mechanism mechanism, double packetsPerHour, double bytesPerHour, boolean measured) {}
