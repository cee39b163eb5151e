/**
 * The decisions, without sockets, clocks or threads: events and {@code nowNs} in, {@link hbprobe.engine.Action}s out.
 * {@link hbprobe.engine.Search} conducts a measurement; {@link hbprobe.engine.Rungs} says which idle periods to try,
 * {@link hbprobe.engine.Verdict} what the samples mean, {@link hbprobe.engine.Advisor} what to do about it, {@link
 * hbprobe.engine.AdvicePlan} in full and {@link hbprobe.engine.Snippets} in each stack's words. {@link
 * hbprobe.engine.DetectorStudy} judges failure detectors on recorded heartbeats. May use {@code model}.
 */
@NullMarked
package hbprobe.engine;

import org.jspecify.annotations.NullMarked;
