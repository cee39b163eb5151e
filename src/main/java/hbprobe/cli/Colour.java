package hbprobe.cli;

import hbprobe.report.Ink;
import hbprobe.runtime.Host;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** Whether the locale's characters are those of Unicode: POSIX says which of its variables counts. */
    static boolean speaksUnicode(Host host) {
        return Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(host::variable)
                .flatMap(Optional::stream)
                .findFirst()
                .filter(locale ->
                        locale.toUpperCase(Locale.ROOT).replace("-", "").contains("UTF8"))
                .isPresent();
    }

    static Ink ink(Host host, When when) {
        return wanted(host, when, host.outIsTty()) ? Ink.COLOUR : Ink.NONE;
    }
}
