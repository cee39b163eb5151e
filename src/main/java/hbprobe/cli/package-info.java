/**
 * The commands: options in, experiment run, report out, exit code. No logic. May use every package but {@code engine}
 * and {@code wire}.
 */
@NullMarked
package hbprobe.cli;

import org.jspecify.annotations.NullMarked;
