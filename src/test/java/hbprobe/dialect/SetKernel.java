package hbprobe.dialect;

import hbprobe.net.KernelView;
import hbprobe.net.TcpInfo;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Counters that the test sets, and whether keepalive was asked for. */
final class SetKernel implements KernelView {
    private final List<String> told;
    boolean sees = true;
    boolean canKeepalive = true;
    long segmentsIn = 1;
    long lastAckMs = 5_000;
    String keepalive = "";

    /** @param told of what it is asked to do, in words */
    SetKernel(List<String> told) {
        this.told = told;
    }

    @Override
    public boolean seesSegments() {
        return sees;
    }

    @Override
    public Optional<TcpInfo> tcpInfo(Channel of) {
        return sees
                ? Optional.of(
                        new TcpInfo(true, 0, 0, lastAckMs, 300, 0, segmentsIn, segmentsIn, 0, 0, 0, 0, 0, 0, true))
                : Optional.empty();
    }

    @Override
    public boolean keepalive(Channel of, Duration idle, Duration interval, int count) {
        keepalive = idle + " " + interval + " " + count;
        return canKeepalive;
    }

    @Override
    public void quickAck(Channel of) {
        told.add("quick ACK");
    }

    @Override
    public boolean userTimeout(Channel of, Duration timeout) {
        return false;
    }

    @Override
    public void keepaliveOff(Channel of) {}

    @Override
    public void reportIcmp(Channel of) {}

    @Override
    public void resetOnClose(Channel of) {}
}
