package hbprobe.probe;

import hbprobe.model.DoctorFinding.Check;
import hbprobe.model.Durations;
import hbprobe.model.MeasureSettings;
import hbprobe.net.HostNetwork;
import hbprobe.net.KernelView;
import hbprobe.net.LocalConntrack;
import hbprobe.net.Sysctl;
import hbprobe.net.TcpInfo;
import hbprobe.runtime.Host;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** Whether this host's clock, timers and sockets can do what measurements ask of them; on real loopback connections. */
public final class Checkup {
    private static final int TIMERS = 100;
    /** The first ones are late because the program is still being loaded. */
    private static final int WARM_UP = 20;

    private static final long TIMER_MS = 3;

    /** Later than this a timer blurs the finest rungs, which are 250 ms apart. */
    private static final double LATE_MS = 20;

    /** Coarser than this a clock can't tell neighbouring packets apart. */
    private static final long COARSE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** By then a byte on loopback is there, if it comes at all. */
    private static final long LOOPBACK_MS = 60;

    /** Sent again by then: the first retransmission comes after 200 ms. */
    private static final Duration PATIENCE = Duration.ofMillis(900);

    /** Descriptors beside those of flows: the program's own files. */
    private static final long DESCRIPTORS_OF_ITS_OWN = 100;

    private final HostNetwork network;
    private final List<Check> checks = new ArrayList<>();

    private Checkup(HostNetwork network) {
        this.network = network;
    }

    /**
     * Looks at everything, blocking for less than a second.
     *
     * @param transport {@code nio} to do without epoll
     */
    public static List<Check> run(Optional<String> transport) {
        try (HostNetwork network = HostNetwork.open(transport, HostNetwork.Local.ANY)) {
            Checkup checkup = new Checkup(network);
            CompletableFuture<TimerError> timers = checkup.startTimers();
            checkup.clock();
            Optional<String> broken = checkup.sockets();
            checkup.timers(timers.join());
            broken.ifPresent(why -> checkup.checks.add(Check.limited(
                    "loopback", why, "sockets could not be checked", "allow TCP connections on 127.0.0.1")));
            checkup.limits();
            return List.copyOf(checkup.checks);
        }
    }

    // ---- clock and timers ------------------------------------------------------------------------------------------

    private void clock() {
        long smallestNs = Long.MAX_VALUE;
        long lastNs = Host.monotonicNs();
        for (int i = 0; i < 10_000; i++) {
            long nowNs = Host.monotonicNs();
            if (nowNs != lastNs) {
                smallestNs = Math.min(smallestNs, nowNs - lastNs);
            }
            lastNs = nowNs;
        }
        String source = firstLine("/sys/devices/system/clocksource/clocksource0/current_clocksource")
                .map(name -> "clock source " + name + ", ")
                .orElse("");
        String seen = source + "steps of " + smallestNs + " ns";
        checks.add(
                smallestNs < COARSE_NS
                        ? Check.ok("clock", seen)
                        : Check.limited(
                                "clock",
                                seen,
                                "silences are known no better than that",
                                "choose another clock source of the kernel, or another machine"));
    }

    private CompletableFuture<TimerError> startTimers() {
        CompletableFuture<TimerError> done = new CompletableFuture<>();
        network.loop().execute(() -> nextTimer(new TimerError(), TIMERS + WARM_UP, done));
        return done;
    }

    private void nextTimer(TimerError error, int left, CompletableFuture<TimerError> done) {
        if (left == 0) {
            done.complete(error);
            return;
        }
        long dueNs = network.loop().ticker().nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMER_MS);
        network.loop()
                .schedule(
                        () -> {
                            if (left <= TIMERS) {
                                error.record(network.loop().ticker().nanoTime() - dueNs);
                            }
                            nextTimer(error, left - 1, done);
                        },
                        TIMER_MS,
                        TimeUnit.MILLISECONDS);
    }

    private void timers(TimerError error) {
        Double p99Ms = error.p99Ms();
        String seen = String.format(Locale.ROOT, "99 %% of timers less than %.2f ms late", p99Ms);
        checks.add(
                p99Ms != null && p99Ms < LATE_MS
                        ? Check.ok("timers", seen)
                        : Check.limited(
                                "timers",
                                seen,
                                "brackets get wider, and short ones disagree",
                                "give this machine less to do, or more processors"));
    }

    // ---- sockets ---------------------------------------------------------------------------------------------------

    /** Two ends of one loopback connection. */
    private record Pair(Channel listener, Channel client, Channel server, CompletableFuture<Void> firstByte) {
        void close() {
            client.close();
            server.close();
            listener.close();
        }
    }

    /** What stood in the way; empty when all could be looked at. */
    private Optional<String> sockets() {
        transport();
        Pair pair;
        try {
            pair = connect();
        } catch (CompletionException | ExecutionException | TimeoutException e) {
            return Optional.of("no connection on loopback: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
        try {
            keepalive(pair);
            socketFilter(pair); // and with it a byte that arrives
            tcpInfo(pair);
            return Optional.empty();
        } finally {
            pair.close();
        }
    }

    private void transport() {
        checks.add(
                network.kernel().seesSegments()
                        ? Check.ok("transport", "epoll")
                        : Check.limited(
                                "transport",
                                "NIO"
                                        + HostNetwork.lackOfEpoll()
                                                .map(why -> ": " + why)
                                                .orElse(""),
                                "nobody sees whether segments crossed an idle flow, nor whether an unanswered probe was"
                                        + " acknowledged; tcp:// is coarser",
                                "run on Linux with glibc, x86-64 or aarch64"));
    }

    private Pair connect() throws ExecutionException, InterruptedException, TimeoutException {
        CompletableFuture<Channel> accepted = new CompletableFuture<>();
        CompletableFuture<Void> firstByte = new CompletableFuture<>();
        Channel listener = new ServerBootstrap()
                .group(network.loop())
                .channel(network.serverChannel())
                .childHandler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext ctx) {
                        accepted.complete(ctx.channel());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        CompletableFuture<Channel> connected = new CompletableFuture<>();
        network.loop()
                .execute(() -> network.connect(
                        (InetSocketAddress) listener.localAddress(),
                        PATIENCE,
                        new SimpleChannelInboundHandler<ByteBuf>() {
                            @Override
                            public void channelActive(ChannelHandlerContext ctx) {
                                connected.complete(ctx.channel());
                            }

                            @Override
                            protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
                                firstByte.complete(null);
                            }
                        },
                        failure -> connected.completeExceptionally(new IOException(failure.message()))));
        long patienceMs = PATIENCE.toMillis();
        return new Pair(
                listener,
                connected.get(patienceMs, TimeUnit.MILLISECONDS),
                accepted.get(patienceMs, TimeUnit.MILLISECONDS),
                firstByte);
    }

    private void keepalive(Pair pair) {
        KernelView kernel = network.kernel();
        Duration second = Duration.ofSeconds(1);
        boolean settable = kernel.keepalive(pair.client(), second, second, 3);
        kernel.keepaliveOff(pair.client());
        String defaults = Stream.of("time", "intvl", "probes")
                .map(name -> Sysctl.read("net/ipv4/tcp_keepalive_" + name).orElse("?"))
                .reduce((one, other) -> one + "/" + other)
                .orElse("");
        String seen = (settable ? "settable" : "not settable") + "; the kernel's defaults are " + defaults
                + " (s, s, probes)";
        checks.add(
                settable
                        ? Check.ok("keepalive", seen)
                        : Check.limited(
                                "keepalive",
                                seen,
                                "tcp:// can't be measured from here",
                                "run on Linux, macOS or a recent Windows"));
    }

    /** A byte that is thrown away must not arrive; once it is let through, its retransmission must. */
    private void socketFilter(Pair pair) {
        KernelView kernel = network.kernel();
        boolean attached = kernel.discardInbound(pair.client());
        pair.server().writeAndFlush(Unpooled.wrappedBuffer(new byte[] {1}));
        boolean leaked = attached && arrives(pair, LOOPBACK_MS);
        boolean detached = attached && kernel.deliverInbound(pair.client());
        boolean arrived = arrives(pair, PATIENCE.toMillis());
        if (attached && !leaked && detached && arrived) {
            checks.add(Check.ok("socket filter", "a byte was thrown away, and arrived once it was let through"));
        } else {
            checks.add(Check.limited(
                    "socket filter",
                    !attached ? "can't be attached" : leaked ? "lets through what it should not" : "can't be taken off",
                    "a blackhole can't be staged on a live flow",
                    "run on Linux outside a sandbox that forbids SO_ATTACH_FILTER"));
        }
    }

    private static boolean arrives(Pair pair, long withinMs) {
        try {
            pair.firstByte().get(withinMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void tcpInfo(Pair pair) {
        Optional<TcpInfo> info = network.kernel().tcpInfo(pair.client());
        if (info.filter(counted -> counted.dataSegmentsIn() > 0 && counted.segmentsOut() > 0)
                .isPresent()) {
            checks.add(Check.ok(
                    "TCP_INFO",
                    info.get().segmentsIn() + " segments in, " + info.get().segmentsOut()
                            + " out on a connection that just carried one byte"));
        } else {
            checks.add(Check.limited(
                    "TCP_INFO",
                    info.isPresent() ? "counts no segments" : "not readable",
                    "a flow that somebody else keeps alive can't be told from an idle one",
                    "run on Linux 4.6 or later, with epoll"));
        }
    }

    // ---- limits ----------------------------------------------------------------------------------------------------

    private void limits() {
        long wanted = MeasureSettings.defaults().maxFlows() + DESCRIPTORS_OF_ITS_OWN;
        descriptors()
                .ifPresent(most -> checks.add(
                        most >= wanted
                                ? Check.ok("open files", "up to " + most)
                                : Check.limited(
                                        "open files",
                                        "up to " + most,
                                        "fewer than "
                                                + MeasureSettings.defaults().maxFlows()
                                                + " flows can be opened at once",
                                        "ulimit -n " + 2 * wanted + ", or a smaller --max-flows")));
        Sysctl.read("net/ipv4/ip_local_port_range")
                .ifPresent(range -> checks.add(Check.ok("local ports", range.replaceAll("\\s+", " to "))));
        LocalConntrack.establishedTimeout()
                .ifPresent(timeout -> checks.add(Check.ok(
                        "own tracking",
                        "this host's connection tracking forgets idle flows after " + Durations.print(timeout))));
    }

    private static Optional<Long> descriptors() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/limits"))) {
            return lines.filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.trim().split("\\s+", -1)[3])
                    .map(soft -> soft.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(soft))
                    .findFirst();
        } catch (IOException | UncheckedIOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> firstLine(String file) {
        try (Stream<String> lines = Files.lines(Path.of(file))) {
            return lines.findFirst();
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }
}
