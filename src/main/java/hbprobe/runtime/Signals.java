package hbprobe.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Ctrl-C and {@code kill}: the first one asks the running command to stop and report; a second one, half a second or
 * more later, ends the process at once. The half second is for the impatient double press, which must not lose the
 * report.
 */
public final class Signals {
    private static final long IMPATIENCE_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private Signals() {}

    /** A signal that asks for an orderly end. */
    public enum Stop {
        /** Ctrl-C. */
        INTERRUPT("INT", 130),
        /** {@code kill}, a container being stopped. */
        TERMINATE("TERM", 143);

        private final String signal;
        private final int exitCode;

        Stop(String signal, int exitCode) {
            this.signal = signal;
            this.exitCode = exitCode;
        }

        /** 128 plus the signal's number, as shells report it. */
        public int exitCode() {
            return exitCode;
        }
    }

    /**
     * Calls {@code onStop} once, at the first signal, on a thread of the JVM's own.
     *
     * @param onStop must not block
     */
    public static void listen(Consumer<Stop> onStop) {
        AtomicBoolean stopping = new AtomicBoolean();
        AtomicLong firstAtNs = new AtomicLong();
        for (Stop stop : Stop.values()) {
            org.jline.utils.Signals.register(stop.signal, () -> {
                long nowNs = Host.monotonicNs();
                if (stopping.compareAndSet(false, true)) {
                    firstAtNs.set(nowNs);
                    onStop.accept(stop);
                } else if (nowNs - firstAtNs.get() >= IMPATIENCE_NS) {
                    Runtime.getRuntime().halt(stop.exitCode);
                }
            });
        }
    }
}
