/**
 * The one place that reads the clock, the random source, the environment and the terminal. {@link
 * hbprobe.runtime.Host} is what a command is given of the world; {@link hbprobe.runtime.Signals} hears Ctrl-C; {@link
 * hbprobe.runtime.Build} knows the version. Imports nothing of hbprobe.
 */
@NullMarked
package hbprobe.runtime;

import org.jspecify.annotations.NullMarked;
