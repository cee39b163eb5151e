package hbprobe.model;

import java.time.Duration;
import java.util.Locale;

/** What {@code check} expects of a path; each kind is an option of its name. */
public sealed interface Expected {
    /** The option without its dashes: {@code idle-at-least}. */
    String name();

    /** What was asked for, in the words of the option: {@code 5m}. */
    String value();

    /** A flow that was idle for so long still works, whoever speaks first. */
    record IdleAtLeast(Duration idle) implements Expected {
        @Override
        public String name() {
            return "idle-at-least";
        }

        @Override
        public String value() {
            return Durations.print(idle);
        }
    }

    /** A flow that was idle for so long is dead, whoever speaks first: a firewall's policy. */
    record IdleAtMost(Duration idle) implements Expected {
        @Override
        public String name() {
            return "idle-at-most";
        }

        @Override
        public String value() {
            return Durations.print(idle);
        }
    }

    /** The flows that were idle for too long ended like this. */
    record EndsBy(How how) implements Expected {
        @Override
        public String name() {
            return "ending";
        }

        @Override
        public String value() {
            return how.word();
        }
    }

    /** A drop is noticed within that time, in every trial. */
    record DetectWithin(Duration limit) implements Expected {
        @Override
        public String name() {
            return "detect-within";
        }

        @Override
        public String value() {
            return Durations.print(limit);
        }
    }

    /** The 99th percentile of echo round trips is below that. */
    record RttP99Below(Duration limit) implements Expected {
        @Override
        public String name() {
            return "rtt-p99-below";
        }

        @Override
        public String value() {
            return Durations.print(limit);
        }
    }

    /** OS keepalive, as it is set, keeps the path open. */
    record KeepaliveHolds() implements Expected {
        @Override
        public String name() {
            return "keepalive-holds";
        }

        @Override
        public String value() {
            return "yes";
        }
    }

    /** Busy flows are neither closed nor reset. */
    record NoResetUnderLoad() implements Expected {
        @Override
        public String name() {
            return "no-reset-under-load";
        }

        @Override
        public String value() {
            return "yes";
        }
    }

    /**
     * The idle timeout is no shorter than it was, and ends as it did.
     *
     * @param file where the older finding came from, as the user named it
     */
    record NoWorseThan(String file, MeasureFinding older) implements Expected {
        @Override
        public String name() {
            return "baseline";
        }

        @Override
        public String value() {
            return file;
        }
    }

    /** How idle flows end, as coarsely as a client may care. */
    enum How {
        /** Nothing comes back. */
        SILENT,
        /** RST comes, by itself or as the answer to the next packet. */
        RESET,
        /** FIN comes, by itself or as the answer to the next packet. */
        FIN;

        /** The word used on the command line. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether that ending is of this kind. */
        public boolean covers(Ending ending) {
            return switch (ending) {
                case SILENT, ONE_WAY -> this == SILENT;
                case RESET_AT_EXPIRY, RESET_ON_PROBE -> this == RESET;
                case FIN_AT_EXPIRY, FIN_ON_PROBE -> this == FIN;
                case REBOUND, ICMP, LIFETIME -> false;
            };
        }
    }
}
