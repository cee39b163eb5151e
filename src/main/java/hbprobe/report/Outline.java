package hbprobe.report;

import hbprobe.model.ExitCode;
import hbprobe.model.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the findings of all commands have in common, as the formats for CI and monitoring want it.
 *
 * @param command that found it: {@code measure}
 * @param target its URI; of several, all of them; null where there is none, as with a recorded trace
 * @param answer the sentence that the text begins with
 * @param outcome in the command's own word
 * @param error why nothing could be found; null otherwise
 * @param startedAt RFC 3339, UTC, from the wall clock
 * @param elapsedS monotonic
 * @param cases never empty
 * @param metrics of this command alone; {@code PrometheusReport} adds those that every command has
 */
record Outline(
        String command,
        @Nullable String target,
        String answer,
        String outcome,
        int exitCode,
        @Nullable Problem error,
        List<String> warnings,
        String startedAt,
        double elapsedS,
        List<Case> cases,
        List<Metric> metrics) {

    /** Copies the lists. */
    Outline {
        warnings = List.copyOf(warnings);
        cases = List.copyOf(cases);
        metrics = List.copyOf(metrics);
        if (cases.isEmpty()) {
            throw new IllegalArgumentException("a finding of " + command + " without a case would pass unseen");
        }
    }

    /** What came of a case. Only {@code check} has expectations, and so only its cases can fail. */
    enum Verdict {
        /** Its question has an answer. */
        PASS("ok"),
        /** An expectation does not hold. */
        FAIL("FAILED"),
        /** It could not be tried. */
        ERROR("ERROR"),
        /** It was not decided. */
        SKIPPED("skipped");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }

        /**
         * The verdict on a case of a run, which can't be better than the run: what it saw before it was broken off is
         * never a pass.
         */
        static Verdict of(boolean runAnswered, int exitCode, boolean caseAnswered) {
            if (exitCode == ExitCode.UNREACHABLE || exitCode == ExitCode.DEFECT) {
                return ERROR;
            }
            return runAnswered && caseAnswered ? PASS : SKIPPED;
        }
    }

    /**
     * One thing that was asked.
     *
     * @param suite the target's URI, or what takes its place
     * @param expected null where nothing was
     * @param observed null where nothing was
     * @param why empty where there is nothing to say
     */
    record Case(
            String suite,
            String name,
            Verdict verdict,
            @Nullable String expected,
            @Nullable String observed,
            String why) {

        /** What a reader who sees nothing else has to know, in one sentence. */
        String message() {
            if (verdict == Verdict.FAIL && expected != null && observed != null) {
                return "expected " + expected + ", observed " + observed + (why.isEmpty() ? "" : ": " + why);
            }
            if (verdict == Verdict.PASS && observed != null) {
                return observed + (why.isEmpty() ? "" : ": " + why);
            }
            return why.isEmpty() ? (observed == null ? verdict.word() : observed) : why;
        }
    }

    /**
     * A figure, in Prometheus' manner: base units, the unit last in the name.
     *
     * @param labels beside the target, which every metric has
     */
    record Metric(String name, String help, Map<String, String> labels, double value) {}
}
