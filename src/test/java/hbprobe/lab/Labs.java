package hbprobe.lab;

import org.junit.jupiter.api.Assumptions;

/** Labs for tests: where none can be had the test is skipped and says why, yet CI must be able to have one. */
public final class Labs {
    private Labs() {}

    /** Builds a lab, or ends the calling test. */
    public static Lab start(LabSettings settings) {
        need();
        return Lab.start(settings);
    }

    /** Ends the calling test where no lab can be had. */
    public static void need() {
        Lab.unavailableBecause().ifPresent(Labs::lacking);
    }

    /** Ends the calling test where a command is missing. */
    public static void needCommand(String command, String debianPackage) {
        if (!Tools.ofThisMachine().has(command)) {
            lacking(Tools.missing(command, debianPackage));
        }
    }

    /** Ends the calling test where a command is missing, or this is not root and the command needs that. */
    public static void needAsRoot(String command, String debianPackage) {
        needCommand(command, debianPackage);
        if (!"root".equals(System.getProperty("user.name"))) {
            lacking(command + " needs real root");
        }
    }

    /** Ends the calling test for want of something. */
    static void lacking(String reason) {
        if (System.getenv("CI") != null) {
            throw new AssertionError("must not be skipped in CI: " + reason);
        }
        Assumptions.abort(reason);
    }
}
