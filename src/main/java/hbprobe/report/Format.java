package hbprobe.report;

import java.util.Locale;

/** The formats that a finding can be written in. */
public enum Format {
    /** For people. */
    TEXT,
    /** One document. */
    JSON,
    /** One line an event, then one line a record. */
    NDJSON,
    /** For spreadsheets: one line a record. */
    CSV,
    /** For issues and wikis. */
    MARKDOWN,
    /** For CI servers: one suite, in Surefire's grammar. */
    JUNIT,
    /** Test Anything Protocol, version 14. */
    TAP,
    /** Annotations of GitHub Actions. */
    GITHUB,
    /** For Nagios, Icinga and what else runs monitoring plugins. */
    NAGIOS,
    /** For the textfile collector of Prometheus' node_exporter. */
    PROMETHEUS;

    /** The word on the command line. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
