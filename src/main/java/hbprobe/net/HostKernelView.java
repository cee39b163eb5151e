package hbprobe.net;

import hbprobe.model.HeartbeatSettings;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.unix.Buffer;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.lang.ref.Reference;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import jdk.net.ExtendedSocketOptions;

/** This host's kernel: all of it through epoll's options, what the JDK offers through NIO. */
final class HostKernelView implements KernelView {
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_INFO = 11;
    private static final RawUnixChannelOption RAW_TCP_INFO =
            new RawUnixChannelOption("TCP_INFO", IPPROTO_TCP, TCP_INFO, TcpInfo.BYTES);

    private static final IntegerUnixChannelOption IP_RECVERR = new IntegerUnixChannelOption("IP_RECVERR", 0, 11);
    private static final IntegerUnixChannelOption IPV6_RECVERR = new IntegerUnixChannelOption("IPV6_RECVERR", 41, 25);

    private static final int SOL_SOCKET = 1;

    /** {@code struct sock_fprog} of a 64-bit machine: a length, padding, an address. */
    private static final int SOCK_FPROG_BYTES = 16;

    private static final int BPF_INSTRUCTION_BYTES = 8;
    private static final short BPF_RETURN = 0x06;
    private static final short BPF_LOAD_WORD = 0x20;
    private static final short BPF_JUMP_IF_GREATER_OR_EQUAL = 0x35;

    /** {@code SKF_AD_OFF + SKF_AD_RANDOM}: an address at which the kernel has a random number. */
    private static final int SKF_AD_RANDOM = -0x1000 + 56;

    private static final RawUnixChannelOption SO_ATTACH_FILTER =
            new RawUnixChannelOption("SO_ATTACH_FILTER", SOL_SOCKET, 26, SOCK_FPROG_BYTES);
    private static final IntegerUnixChannelOption SO_DETACH_FILTER =
            new IntegerUnixChannelOption("SO_DETACH_FILTER", SOL_SOCKET, 27);

    private final boolean epoll;

    HostKernelView(boolean epoll) {
        this.epoll = epoll;
    }

    @Override
    public boolean seesSegments() {
        return epoll;
    }

    @Override
    public Optional<TcpInfo> tcpInfo(Channel channel) {
        if (!(channel instanceof EpollSocketChannel) || !channel.isOpen()) {
            return Optional.empty();
        }
        try {
            ByteBuffer raw = channel.config().getOption(RAW_TCP_INFO);
            return raw == null ? Optional.empty() : Optional.of(TcpInfo.read(raw));
        } catch (ChannelException e) {
            return Optional.empty(); // closed between the check and the call
        }
    }

    @Override
    public void quickAck(Channel channel) {
        if (epoll) {
            set(channel, EpollChannelOption.TCP_QUICKACK, true);
        } else {
            set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_QUICKACK), true);
        }
    }

    @Override
    public boolean userTimeout(Channel channel, Duration timeout) {
        return epoll && set(channel, EpollChannelOption.TCP_USER_TIMEOUT, Math.toIntExact(timeout.toMillis()));
    }

    @Override
    public Optional<Duration> userTimeout(Channel channel) {
        return epoll ? get(channel, EpollChannelOption.TCP_USER_TIMEOUT).map(Duration::ofMillis) : Optional.empty();
    }

    @Override
    public boolean keepalive(Channel channel, Duration idle, Duration interval, int count) {
        int idleS = wholeSeconds(idle);
        int intervalS = wholeSeconds(interval);
        // The idle time comes last: a kernel whose keepalive is on already probes at once when that time is over.
        boolean tuned = set(channel, ChannelOption.SO_KEEPALIVE, true);
        if (epoll) {
            tuned = tuned
                    && set(channel, EpollChannelOption.TCP_KEEPINTVL, intervalS)
                    && set(channel, EpollChannelOption.TCP_KEEPCNT, count)
                    && set(channel, EpollChannelOption.TCP_KEEPIDLE, idleS);
        } else {
            tuned = tuned
                    && set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), intervalS)
                    && set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), count)
                    && set(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idleS);
        }
        if (!tuned) {
            keepaliveOff(channel);
        }
        return tuned;
    }

    @Override
    public Optional<HeartbeatSettings.Keepalive> keepalive(Channel channel) {
        Optional<Integer> idle;
        Optional<Integer> interval;
        Optional<Integer> count;
        if (epoll) {
            idle = get(channel, EpollChannelOption.TCP_KEEPIDLE);
            interval = get(channel, EpollChannelOption.TCP_KEEPINTVL);
            count = get(channel, EpollChannelOption.TCP_KEEPCNT);
        } else {
            idle = get(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE));
            interval = get(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL));
            count = get(channel, NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT));
        }
        return idle.isEmpty() || interval.isEmpty() || count.isEmpty()
                ? Optional.empty()
                : Optional.of(new HeartbeatSettings.Keepalive(
                        Duration.ofSeconds(idle.get()), Duration.ofSeconds(interval.get()), count.get()));
    }

    private static <T> Optional<T> get(Channel channel, ChannelOption<T> option) {
        try {
            return Optional.ofNullable(channel.config().getOption(option));
        } catch (ChannelException | UnsupportedOperationException e) {
            return Optional.empty(); // the connection is gone, or this platform can't
        }
    }

    @Override
    public void keepaliveOff(Channel channel) {
        set(channel, ChannelOption.SO_KEEPALIVE, false);
    }

    private static int wholeSeconds(Duration duration) {
        return (int) Math.max(1, Math.round(duration.toNanos() / 1e9));
    }

    @Override
    public void reportIcmp(Channel channel) {
        if (epoll && channel.remoteAddress() instanceof InetSocketAddress remote) {
            set(channel, remote.getAddress() instanceof Inet6Address ? IPV6_RECVERR : IP_RECVERR, 1);
        }
    }

    @Override
    public boolean discardInbound(Channel channel) {
        return attach(channel, List.of(Instruction.RETURN_NOTHING));
    }

    @Override
    public boolean loseInbound(Channel channel, double share) {
        // A random number of 32 bits below the share of all of them: thrown away; else let through.
        int below = (int) Math.round(share * 0xFFFF_FFFFL);
        return attach(
                channel,
                List.of(
                        new Instruction(BPF_LOAD_WORD, 0, 0, SKF_AD_RANDOM),
                        new Instruction(BPF_JUMP_IF_GREATER_OR_EQUAL, 1, 0, below),
                        Instruction.RETURN_NOTHING,
                        Instruction.RETURN_ALL));
    }

    private boolean attach(Channel channel, List<Instruction> instructions) {
        if (!epoll) {
            return false;
        }
        ByteBuffer program = ByteBuffer.allocateDirect(BPF_INSTRUCTION_BYTES * instructions.size())
                .order(ByteOrder.nativeOrder());
        instructions.forEach(one -> program.putShort(one.code)
                .put((byte) one.ifTrue)
                .put((byte) one.ifFalse)
                .putInt(one.operand));
        ByteBuffer filter = ByteBuffer.allocateDirect(SOCK_FPROG_BYTES).order(ByteOrder.nativeOrder());
        filter.putShort(0, (short) instructions.size());
        filter.putLong(Long.BYTES, Buffer.memoryAddress(program));
        try {
            return set(channel, SO_ATTACH_FILTER, filter);
        } finally {
            Reference.reachabilityFence(program); // the kernel copies it during the call
        }
    }

    /**
     * {@code struct sock_filter} of {@code linux/filter.h}.
     *
     * @param ifTrue instructions to skip where a comparison holds
     * @param ifFalse instructions to skip where it does not
     */
    private record Instruction(short code, int ifTrue, int ifFalse, int operand) {
        private static final Instruction RETURN_NOTHING = new Instruction(BPF_RETURN, 0, 0, 0);
        private static final Instruction RETURN_ALL = new Instruction(BPF_RETURN, 0, 0, -1);
    }

    @Override
    public boolean deliverInbound(Channel channel) {
        return epoll && set(channel, SO_DETACH_FILTER, 0);
    }

    @Override
    public void resetOnClose(Channel channel) {
        set(channel, ChannelOption.SO_LINGER, 0);
    }

    private static <T> boolean set(Channel channel, ChannelOption<T> option, T value) {
        try {
            return channel.config().setOption(option, value);
        } catch (ChannelException | UnsupportedOperationException e) {
            return false; // the connection is gone, or this platform can't; the caller's doc says what then
        }
    }
}
