/**
 * What is known and what was found, as immutable records: targets, settings, limits, observations, findings. A finding
 * is written to JSON as it stands, so a component's name here is a field's name there ({@code
 * docs/schema}). Imports nothing of hbprobe.
 */
@NullMarked
package hbprobe.model;

import org.jspecify.annotations.NullMarked;
