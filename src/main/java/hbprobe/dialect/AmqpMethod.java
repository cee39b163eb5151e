package hbprobe.dialect;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** A method of AMQP 0-9-1 (section 4.2), as it comes and as it goes. */
final class AmqpMethod {
    static final int START = 10 << 16 | 10;
    static final int START_OK = 10 << 16 | 11;
    static final int TUNE = 10 << 16 | 30;
    static final int TUNE_OK = 10 << 16 | 31;
    static final int OPEN = 10 << 16 | 40;
    static final int OPEN_OK = 10 << 16 | 41;
    static final int CLOSE = 10 << 16 | 50;
    static final int CHANNEL_OPEN = 20 << 16 | 10;
    static final int CHANNEL_OPEN_OK = 20 << 16 | 11;
    static final int CHANNEL_CLOSE = 20 << 16 | 40;
    static final int QOS = 60 << 16 | 10;
    static final int QOS_OK = 60 << 16 | 11;

    static final int METHOD_FRAME = 1;
    static final int HEARTBEAT_FRAME = 8;
    static final int FRAME_END = 0xce;

    private static final int SUCCESS = 200;
    private static final int FIRST_CHANNEL = 1;

    private final int name;
    private final byte[] arguments;

    /** @param name its class and its number in it, sixteen bits each */
    AmqpMethod(int name, byte[] arguments) {
        this.name = name;
        this.arguments = arguments.clone();
    }

    /** What a far end says that speaks something else. */
    record Foreign(String heard) {}

    /** What a server says that has nothing to say (4.2.7). */
    enum Heartbeat {
        ARRIVED
    }

    /** Why a server closes: a code like HTTP's, and words. */
    record Reason(int code, String words) {}

    int name() {
        return name;
    }

    /** Of a start: whether the server calls itself that. */
    boolean isProduct(String product) {
        String field = "\7productS\0\0\0" + (char) product.length() + product;
        return new String(arguments, StandardCharsets.ISO_8859_1).contains(field);
    }

    /** Of a close; one that is cut off has no words. */
    Reason reason() {
        ByteBuf in = Unpooled.wrappedBuffer(arguments);
        if (in.readableBytes() < Short.BYTES) {
            return new Reason(0, "");
        }
        int code = in.readUnsignedShort();
        int length = in.isReadable() ? in.readUnsignedByte() : 0;
        return new Reason(
                code, in.toString(in.readerIndex(), Math.min(length, in.readableBytes()), StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "method " + (name >>> 16) + "." + (name & 0xffff);
    }

    /** What a connection begins with (section 4.2.2). */
    static ByteBuf protocol() {
        return Unpooled.copiedBuffer("AMQP\0\0\11\1", StandardCharsets.ISO_8859_1);
    }

    /** Logs in in clear (RFC 4616). The server is asked to say why, if it refuses that. */
    static ByteBuf startOk(String user, String password) {
        ByteBuf can = Unpooled.buffer();
        shortText(can, "authentication_failure_close").writeByte('t').writeByte(1);
        ByteBuf properties = Unpooled.buffer();
        longText(shortText(properties, "product").writeByte('S'), "hbprobe");
        longBytes(shortText(properties, "capabilities").writeByte('F'), can);
        ByteBuf out = longBytes(Unpooled.buffer(), properties);
        longText(shortText(out, "PLAIN"), "\0" + user + "\0" + password);
        return method(0, START_OK, shortText(out, "en_US"));
    }

    /** Takes the server's limits, save for heartbeats. */
    static ByteBuf tuneOk(AmqpMethod tune, int heartbeatSeconds) {
        ByteBuf limits = Unpooled.copiedBuffer(tune.arguments);
        limits.writerIndex(Math.max(0, limits.readableBytes() - Short.BYTES));
        return method(0, TUNE_OK, Unpooled.buffer().writeBytes(limits).writeShort(heartbeatSeconds));
    }

    static ByteBuf open(String virtualHost) {
        return method(
                0, OPEN, shortText(Unpooled.buffer(), virtualHost).writeByte(0).writeByte(0));
    }

    static ByteBuf channelOpen() {
        return method(FIRST_CHANNEL, CHANNEL_OPEN, Unpooled.buffer().writeByte(0));
    }

    /** How much may be on its way to a consumer, of which there is none. */
    static ByteBuf qos() {
        return method(
                FIRST_CHANNEL, QOS, Unpooled.buffer().writeInt(0).writeShort(1).writeByte(0));
    }

    static ByteBuf close() {
        ByteBuf out = shortText(Unpooled.buffer().writeShort(SUCCESS), "");
        return method(0, CLOSE, out.writeInt(0));
    }

    private static ByteBuf method(int channel, int name, ByteBuf arguments) {
        ByteBuf out = Unpooled.buffer()
                .writeByte(METHOD_FRAME)
                .writeShort(channel)
                .writeInt(Integer.BYTES + arguments.readableBytes())
                .writeInt(name)
                .writeBytes(arguments)
                .writeByte(FRAME_END);
        arguments.release();
        return out;
    }

    private static ByteBuf shortText(ByteBuf out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, 0xff); // there can't be a longer one
        return out.writeByte(length).writeBytes(bytes, 0, length);
    }

    private static void longText(ByteBuf out, String text) {
        longBytes(out, Unpooled.copiedBuffer(text, StandardCharsets.UTF_8));
    }

    private static ByteBuf longBytes(ByteBuf out, ByteBuf bytes) {
        out.writeInt(bytes.readableBytes()).writeBytes(bytes);
        bytes.release();
        return out;
    }
}
