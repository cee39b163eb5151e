package hbprobe.cli;

import hbprobe.model.Durations;
import java.time.Duration;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Values that are in range, or a usage error that names the option, the value and the bound. */
final class Ranges {
    private Ranges() {}

    static void within(CommandLine command, String option, Duration value, Duration least, Duration most) {
        atLeast(command, option, value, least);
        atMost(command, option, value, most);
    }

    static void atLeast(CommandLine command, String option, Duration value, Duration least) {
        if (value.compareTo(least) < 0) {
            throw new ParameterException(
                    command, option + " " + Durations.print(value) + " is below the least, " + Durations.print(least));
        }
    }

    static void atMost(CommandLine command, String option, Duration value, Duration most) {
        if (value.compareTo(most) > 0) {
            throw new ParameterException(
                    command, option + " " + Durations.print(value) + " is above the most, " + Durations.print(most));
        }
    }

    static void within(CommandLine command, String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(command, option + " " + value + " is not between " + least + " and " + most);
        }
    }
}
