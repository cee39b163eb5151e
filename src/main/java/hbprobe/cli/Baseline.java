package hbprobe.cli;

import hbprobe.model.Expected;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.report.SavedFinding;
import hbprobe.report.SavedFindingException;
import hbprobe.runtime.Host;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads the older finding that a path is held against. */
final class Baseline {
    private Baseline() {}

    /** A reader whose errors are usage errors of this command. */
    static Function<Path, Expected.NoWorseThan> reader(Host host, CommandLine command) {
        return file -> {
            MeasureFinding older;
            try {
                older = SavedFinding.measurement(SavedFile.text(file, host, command));
            } catch (SavedFindingException e) {
                throw bad(command, file + ": " + e.getMessage());
            } catch (ParameterException e) {
                throw bad(command, String.valueOf(e.getMessage()));
            }
            if (older.directions().isEmpty()) {
                throw bad(command, file + ": it has no direction to hold a path against");
            }
            if (older.outcome() != Outcome.EXPIRES && older.outcome() != Outcome.SURVIVES) {
                String word = older.outcome().word();
                throw bad(command, file + ": it has no answer to hold a path against, it is " + word);
            }
            return new Expected.NoWorseThan(file.toString(), older);
        };
    }

    private static ParameterException bad(CommandLine command, String why) {
        return new ParameterException(command, "--baseline " + why + "; make one with hbprobe measure -o json=FILE");
    }
}
