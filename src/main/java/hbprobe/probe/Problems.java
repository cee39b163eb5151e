package hbprobe.probe;

import hbprobe.engine.Search;
import hbprobe.model.Abilities;
import hbprobe.model.Means;
import hbprobe.model.Problem;
import hbprobe.model.Transport;
import hbprobe.runtime.Signals.Stop;
import java.util.Optional;

/** Why an experiment has no answer, in words that are the same for all. */
final class Problems {
    private Problems() {}

    /** It was over before the first flow. */
    static Problem notStarted(Optional<Stop> stop) {
        return stop.isPresent()
                ? new Problem("interrupted", "ended before the first flow was opened")
                : new Problem("deadline", "the deadline came before the name was resolved");
    }

    /** It ran, and does not suffice. */
    static Problem unanswered(Search.Conclusion how) {
        return how == Search.Conclusion.DEADLINE
                ? new Problem("deadline", "the deadline came first")
                : new Problem("unanswered", "not every row could be had; the rows say why");
    }

    /** Why there is no telling whether a path was kept open; over UDP a single ping may be lost. */
    static Optional<String> noLastWord(Means means) {
        return means.pushes() || means.transport() == Transport.TCP
                ? Optional.empty()
                : Optional.of(Abilities.WHO_SPEAKS_FIRST + ", and " + means.dialect() + ":// is none of them");
    }
}
