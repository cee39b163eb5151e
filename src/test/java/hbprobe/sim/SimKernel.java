package hbprobe.sim;

import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Optional;

/** What the simulated kernels of both ends know of their connections. */
final class SimKernel implements KernelView {
    private static SimTcp tcp(Channel channel) {
        return ((SimChannel) channel).tcp();
    }

    @Override
    public boolean seesSegments() {
        return true;
    }

    @Override
    public Optional<TcpInfo> tcpInfo(Channel channel) {
        return channel instanceof SimChannel && channel.isOpen()
                ? Optional.of(tcp(channel).info())
                : Optional.empty();
    }

    @Override
    public void quickAck(Channel channel) {
        tcp(channel).quickAck();
    }

    @Override
    public boolean userTimeout(Channel channel, Duration timeout) {
        tcp(channel).userTimeout(timeout.toNanos());
        return true;
    }

    @Override
    public boolean keepalive(Channel channel, Duration idle, Duration interval, int count) {
        tcp(channel).keepalive(idle.toNanos(), interval.toNanos(), count);
        return true;
    }

    @Override
    public void keepaliveOff(Channel channel) {
        tcp(channel).keepaliveOff();
    }

    @Override
    public void reportIcmp(Channel channel) {
        // No simulated box sends ICMP errors.
    }

    @Override
    public void resetOnClose(Channel channel) {
        ((SimChannel) channel).resetOnClose();
    }
}
