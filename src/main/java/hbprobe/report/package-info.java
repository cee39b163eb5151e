/**
 * One class a format, each a pure function of a finding. May use {@code model}.
 */
@NullMarked
package hbprobe.report;

import org.jspecify.annotations.NullMarked;
