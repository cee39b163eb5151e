package hbprobe.probe;

import hbprobe.dialect.Conversation;
import hbprobe.dialect.Dialect;
import hbprobe.dialect.FlowListener;
import hbprobe.model.Abilities.CutOff;
import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.net.Closing;
import hbprobe.net.Network;
import io.netty.channel.Channel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a run leaves behind at a server: flows whose end never reaches it, the path having forgotten them, and what it
 * does for them. Where the protocol can, they are ended from a fresh flow when the run is over. Used on the event loop.
 */
final class Leftovers {
    /** A server that is reached at all has done it by then; one that isn't has to find out by itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Dialect dialect;
    private final InetSocketAddress remote;
    private final Network network;
    private final Set<Long> farNames = new HashSet<>();

    Leftovers(Dialect dialect, InetSocketAddress remote, Network network) {
        this.dialect = dialect;
        this.remote = remote;
        this.network = network;
    }

    /** @param farName of a flow that the far end now has */
    void add(long farName) {
        if (farName != 0) {
            farNames.add(farName);
        }
    }

    /** The far end has ended it. */
    void remove(long farName) {
        farNames.remove(farName);
    }

    /** Ends them as far as it can; completed on the event loop, never exceptionally. */
    CompletableFuture<Void> dismiss() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (dialect.abilities(network.kernel().seesSegments()).cutOff() != CutOff.DISMISSED || farNames.isEmpty()) {
            done.complete(null);
            return done;
        }
        Errand errand = new Errand(done);
        errand.channel =
                dialect.open(network, remote, PATIENCE, errand.conversation.handler(), failure -> errand.end());
        network.loop().schedule(errand::end, PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
        return done;
    }

    /** The fresh flow. */
    private final class Errand implements FlowListener {
        private final CompletableFuture<Void> done;
        private final Conversation conversation;
        private @Nullable Channel channel;

        Errand(CompletableFuture<Void> done) {
            this.done = done;
            this.conversation = dialect.converse(
                    new Dialect.Priming(Optional.empty(), OptionalLong.empty(), PATIENCE.toNanos(), false),
                    network.kernel(),
                    this);
        }

        void end() {
            if (done.complete(null)) {
                conversation.leave();
                if (channel != null) {
                    channel.close();
                }
            }
        }

        @Override
        public void primed(Primed primed) {
            conversation.dismiss(farNames);
        }

        @Override
        public void dismissed() {
            end();
        }

        @Override
        public void failed(Problem problem) {
            end();
        }

        @Override
        public void closed(Closing closing, String detail) {
            end();
        }

        @Override
        public void broken(Throwable defect) {
            end();
        }

        @Override
        public void pushed(long afterNs, int strangers) {}

        @Override
        public void answered(@Nullable String mapped) {}

        @Override
        public void overtaken() {}

        @Override
        public void reported(long farName, Optional<FarReport> report) {}

        @Override
        public void greeted(String text) {}

        @Override
        public void heard(String text) {}

        @Override
        public void goodbye(String text) {}
    }
}
