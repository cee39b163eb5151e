package hbprobe.model;

import java.util.List;
import java.util.Optional;

/**
 * Settings of a stack with the values left open, as a file beside {@link Stacks} has them.
 *
 * @param stack its name on the command line
 * @param title what is set, and where
 * @param format of the text
 * @param kind what does the work
 * @param unit the finest that the stack can count
 * @param leastS shortest interval that the stack takes, in seconds
 * @param mostS longest
 * @param noticedAfter the value by which a drop is noticed with these settings; empty where that is not their business
 * @param source manual page
 * @param why these values, and what they don't do; may hold placeholders
 * @param remarks what is to be said at some intervals only
 * @param text with placeholders like {@code {interval_s}}
 */
public record SnippetTemplate(
        String stack,
        String title,
        String format,
        Kind kind,
        Unit unit,
        double leastS,
        double mostS,
        Optional<String> noticedAfter,
        String source,
        String why,
        List<Remark> remarks,
        String text) {

    /** Copies the list. */
    public SnippetTemplate {
        remarks = List.copyOf(remarks);
    }

    /** What keeps the path open. */
    public enum Kind {
        /** Something that the application or its protocol writes. */
        HEARTBEAT,
        /** Probes of the kernel, without a byte in them. */
        KEEPALIVE,
        /** Nothing: an idle connection is closed before the path forgets it. */
        CLOSE
    }

    /** How fine a stack counts. */
    public enum Unit {
        /** Whole seconds. */
        SECONDS,
        /** Whole milliseconds. */
        MILLISECONDS
    }

    /**
     * What is to be said where the interval is short.
     *
     * @param belowS interval in seconds from which on there is nothing to say
     */
    public record Remark(double belowS, String note) {}
}
