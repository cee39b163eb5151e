package hbprobe.cli;

/** Environment variables for tests only; CONTRIBUTING.md says what they do. */
final class TestSwitches {
    /** {@code nio}: do without epoll. */
    static final String TRANSPORT = "HBPROBE_TEST_TRANSPORT";

    private TestSwitches() {}
}
