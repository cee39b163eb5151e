package hbprobe.responder;

import hbprobe.model.ResponderEvent;
import hbprobe.net.Addresses;
import io.netty.channel.Channel;
import java.net.SocketAddress;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Numbers and dates what happens and hands it on. Used on the event loop only. */
final class EventLog {
    private final Consumer<ResponderEvent> sink;
    private final InstantSource wall;
    private long seq;

    EventLog(Consumer<ResponderEvent> sink, InstantSource wall) {
        this.sink = sink;
        this.wall = wall;
    }

    void listening(SocketAddress address) {
        emit("listening", null, address, null);
    }

    void listeningForDatagrams(SocketAddress address) {
        emit("listening", null, address, "udp");
    }

    void opened(SocketAddress client, String flow) {
        emit("opened", flow, client, "udp");
    }

    void opened(Channel channel) {
        emit("opened", null, channel.remoteAddress(), null);
    }

    void greeted(Channel channel, @Nullable String flow, String dialect) {
        emit("greeted", flow, channel.remoteAddress(), dialect);
    }

    void ordered(SocketAddress client, String flow, String order) {
        emit("ordered", flow, client, order);
    }

    void pushed(SocketAddress client, String flow) {
        emit("pushed", flow, client, null);
    }

    void refused(SocketAddress client, String why) {
        emit("refused", null, client, why);
    }

    void ended(Channel channel, @Nullable String flow, String how) {
        ended(channel.remoteAddress(), flow, how);
    }

    void ended(SocketAddress client, @Nullable String flow, String how) {
        emit("ended", flow, client, how);
    }

    void stopped() {
        emit("stopped", null, null, null);
    }

    private void emit(String type, @Nullable String flow, @Nullable SocketAddress address, @Nullable String detail) {
        sink.accept(new ResponderEvent(
                ++seq,
                wall.instant().toString(),
                type,
                flow,
                address == null ? null : Addresses.print(address),
                detail));
    }
}
