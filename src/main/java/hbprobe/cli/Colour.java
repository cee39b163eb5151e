package hbprobe.cli;

import hbprobe.report.Ink;
import hbprobe.runtime.Host;

/** Whether a stream gets colour. */
final class Colour {
    private Colour() {}

    /** When to use it. */
    enum When {
        /** On a terminal, unless NO_COLOR is set. */
        AUTO,
        /** Always. */
        ALWAYS,
        /** Never. */
        NEVER
    }

    static final class WhenWord extends WordOf<When> {
        WhenWord() {
            super(When.class);
        }
    }

    static boolean wanted(Host host, When when, boolean isTty) {
        if (when != When.AUTO) {
            return when == When.ALWAYS;
        }
        if (host.variable("NO_COLOR").isPresent()) {
            return false;
        }
        if (host.variable("CLICOLOR_FORCE").filter(value -> !value.equals("0")).isPresent()) {
            return true;
        }
        return isTty && !host.variable("TERM").filter("dumb"::equals).isPresent();
    }

    static Ink ink(Host host, When when) {
        return wanted(host, when, host.outIsTty()) ? Ink.COLOUR : Ink.NONE;
    }
}
