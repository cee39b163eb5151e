/**
 * One class a format, each a pure function of a finding. {@code Report} is the way in, {@code SavedFinding} that of a
 * finding that was saved; the formats for machines see an {@code Outline} or {@code Records}, never a finding. May use
 * {@code model}.
 */
@NullMarked
package hbprobe.report;

import org.jspecify.annotations.NullMarked;
