package hbprobe.report;

/** Emphasis in text for a terminal, or none. */
public enum Ink {
    /** Escape sequences of ECMA-48. */
    COLOUR,
    /** Plain text. */
    NONE;

    String bold(String text) {
        return paint("1", text);
    }

    String good(String text) {
        return paint("32", text);
    }

    String bad(String text) {
        return paint("31", text);
    }

    String faint(String text) {
        return paint("2", text);
    }

    private String paint(String code, String text) {
        return this == COLOUR ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
