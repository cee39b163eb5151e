package hbprobe.dialect;

import hbprobe.model.Problem;
import java.io.IOException;

/** What is needed can't be had of the far end: raised in a pipeline, told by its {@link FlowAdapter}. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient Problem problem;

    RefusedException(Problem problem) {
        super(problem.message());
        this.problem = problem;
    }

    Problem problem() {
        return problem;
    }
}
