package hbprobe.cli;

import hbprobe.model.Expected;
import hbprobe.model.MeasureFinding;
import hbprobe.model.MeasureFinding.Outcome;
import hbprobe.report.Json;
import io.avaje.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Reads the older finding that a path is held against. */
final class Baseline {
    private Baseline() {}

    /** A reader whose errors are usage errors of this command. */
    static Function<Path, Expected.NoWorseThan> reader(CommandLine command) {
        return file -> {
            MeasureFinding older;
            try {
                older = Json.read(Files.readString(file), MeasureFinding.class);
            } catch (IOException e) {
                throw bad(command, file, Files.exists(file) ? "it can't be read" : "there is no such file");
            } catch (JsonException e) {
                throw bad(command, file, "it is no JSON of hbprobe: " + e.getMessage());
            }
            if (!MeasureFinding.SCHEMA.equals(older.schema())) {
                throw bad(command, file, "its schema is " + older.schema() + ", not " + MeasureFinding.SCHEMA);
            }
            if (older.outcome() != Outcome.EXPIRES && older.outcome() != Outcome.SURVIVES) {
                throw bad(
                        command,
                        file,
                        "it has no answer to hold a path against: "
                                + older.outcome().word());
            }
            return new Expected.NoWorseThan(file.toString(), older);
        };
    }

    private static ParameterException bad(CommandLine command, Path file, String why) {
        return new ParameterException(
                command, "--baseline '" + file + "': " + why + "; make one with hbprobe measure -o json=FILE");
    }
}
