/**
 * What a person sees while waiting: pure functions from a snapshot and a width to text, and one owner of the terminal.
 * May use {@code model} and {@code runtime}.
 */
@NullMarked
package hbprobe.tui;

import org.jspecify.annotations.NullMarked;
