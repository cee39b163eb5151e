package hbprobe.model;

/** The exit codes of every command. */
public final class ExitCode {
    private ExitCode() {}

    /** The question was answered. */
    public static final int ANSWERED = 0;

    /** {@code check}: an expectation does not hold. */
    public static final int EXPECTATION_FAILED = 1;

    /** Usage or configuration error. */
    public static final int USAGE = 2;

    /** Could not measure. */
    public static final int UNREACHABLE = 3;

    /** Inconclusive. */
    public static final int INCONCLUSIVE = 4;

    /** A defect in hbprobe (EX_SOFTWARE of sysexits.h). */
    public static final int DEFECT = 70;
}
