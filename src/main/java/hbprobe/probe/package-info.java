/**
 * An engine run over flows: the only place where decisions and sockets meet. {@link hbprobe.probe.MeasureRun} carries
 * out the actions of {@link hbprobe.engine.Search} and tells it what happens; {@link hbprobe.probe.MeasureFindings}
 * puts the finding together. {@link hbprobe.probe.TraceFile} reads recorded heartbeats. May use {@code engine},
 * {@code dialect}, {@code net}, {@code model} and {@code runtime}.
 */
@NullMarked
package hbprobe.probe;

import org.jspecify.annotations.NullMarked;
