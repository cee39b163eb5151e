package hbprobe.cli;

/** Environment variables for tests only; CONTRIBUTING.md says what they do. */
final class TestSwitches {
    /** {@code nio}: do without epoll. */
    static final String TRANSPORT = "HBPROBE_TEST_TRANSPORT";

    /** Any value: the first event on a flow meets a defect. */
    static final String DEFECT = "HBPROBE_TEST_DEFECT";

    private TestSwitches() {}
}
