package hbprobe.lab;

import org.jspecify.annotations.Nullable;

/** The lab could not be built, or a command in it failed. The message names the command and what it wrote to stderr. */
public final class LabException extends RuntimeException {
    LabException(String message) {
        super(message);
    }

    LabException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
