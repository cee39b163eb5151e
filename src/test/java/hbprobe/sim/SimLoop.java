package hbprobe.sim;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.ManualIoEventLoop;
import io.netty.util.concurrent.Ticker;

/** An event loop whose time is told to it, and which says when it wants to be run next. */
final class SimLoop extends ManualIoEventLoop {
    private static final long NOTHING_SCHEDULED = -1;

    SimLoop(Ticker ticker) {
        super(null, Thread.currentThread(), executor -> new NoIo(), ticker);
    }

    /** How long until its next timer is due; at least 0, {@code Long.MAX_VALUE} when there is none. */
    long untilNextNs() {
        long dueInNs = nextScheduledTaskNano();
        return dueInNs == NOTHING_SCHEDULED ? Long.MAX_VALUE : dueInNs;
    }

    /** What is there to read is brought by the simulated wire, not by a selector. */
    private static final class NoIo implements IoHandler {
        @Override
        public int run(IoHandlerContext context) {
            return 0;
        }

        @Override
        public IoRegistration register(IoHandle handle) {
            throw new UnsupportedOperationException("a simulated channel needs no selector");
        }

        @Override
        public void wakeup() {}

        @Override
        public boolean isCompatible(Class<? extends IoHandle> handleType) {
            return true;
        }
    }
}
