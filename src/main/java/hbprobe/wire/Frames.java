package hbprobe.wire;

import hbprobe.wire.Frame.Accepted;
import hbprobe.wire.Frame.Ask;
import hbprobe.wire.Frame.Beat;
import hbprobe.wire.Frame.Challenge;
import hbprobe.wire.Frame.Deed;
import hbprobe.wire.Frame.Echo;
import hbprobe.wire.Frame.Echoed;
import hbprobe.wire.Frame.End;
import hbprobe.wire.Frame.Hello;
import hbprobe.wire.Frame.Order;
import hbprobe.wire.Frame.Pushed;
import hbprobe.wire.Frame.Reason;
import hbprobe.wire.Frame.Refused;
import hbprobe.wire.Frame.Report;
import hbprobe.wire.Frame.Welcome;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The encoding: a header of eight bytes (magic {@code 89 48 42 50}, version, type, length of the body), then the body,
 * integers in network byte order. Each frame carries the magic, so that one datagram or one stream position explains
 * itself.
 */
public final class Frames {
    /** {@code 0x89 'H' 'B' 'P'}: the first byte is no ASCII, so that no text protocol starts like this. */
    public static final int MAGIC = 0x89_48_42_50;

    /** Of the protocol. */
    public static final int VERSION = 1;

    /** Before each body. */
    public static final int HEADER_BYTES = 8;

    private static final int REPLY = 0x80;
    private static final int HELLO = 0x01;
    private static final int ECHO = 0x02;
    private static final int ORDER = 0x03;
    private static final int ASK = 0x04;
    private static final int WELCOME = REPLY | HELLO;
    private static final int ECHOED = REPLY | ECHO;
    private static final int ACCEPTED = REPLY | ORDER;
    private static final int REPORT = REPLY | ASK;
    private static final int CHALLENGE = 0x90;
    private static final int PUSHED = 0x91;
    private static final int BEAT = 0x92;
    private static final int REFUSED = 0x93;

    private Frames() {}

    /** Appends the frame to {@code out}. */
    public static void encode(Frame frame, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(MAGIC).writeByte(VERSION).writeByte(typeOf(frame)).writeShort(0);
        encodeBody(frame, out);
        out.setShort(start + HEADER_BYTES - Short.BYTES, out.writerIndex() - start - HEADER_BYTES);
    }

    private static int typeOf(Frame frame) {
        if (frame instanceof Hello) {
            return HELLO;
        } else if (frame instanceof Echo) {
            return ECHO;
        } else if (frame instanceof Order) {
            return ORDER;
        } else if (frame instanceof Ask) {
            return ASK;
        } else if (frame instanceof Welcome) {
            return WELCOME;
        } else if (frame instanceof Challenge) {
            return CHALLENGE;
        } else if (frame instanceof Echoed) {
            return ECHOED;
        } else if (frame instanceof Accepted) {
            return ACCEPTED;
        } else if (frame instanceof Pushed) {
            return PUSHED;
        } else if (frame instanceof Beat) {
            return BEAT;
        } else if (frame instanceof Report) {
            return REPORT;
        } else {
            return REFUSED;
        }
    }

    private static void encodeBody(Frame frame, ByteBuf out) {
        if (frame instanceof Hello hello) {
            out.writeLong(hello.longestSilenceNs()).writeBytes(hello.proof().toArray());
        } else if (frame instanceof Echo echo) {
            out.writeLong(echo.nonce()).writeBytes(echo.payload().toArray());
        } else if (frame instanceof Order order) {
            out.writeLong(order.nonce()).writeByte(order.deed().code()).writeLong(order.durationNs());
        } else if (frame instanceof Ask ask) {
            out.writeLong(ask.nonce()).writeLong(ask.flow());
        } else if (frame instanceof Welcome welcome) {
            out.writeLong(welcome.flow()).writeLong(welcome.instance()).writeLong(welcome.longestDelayNs());
            out.writeCharSequence(welcome.mapped(), StandardCharsets.UTF_8);
        } else if (frame instanceof Challenge challenge) {
            out.writeBytes(challenge.nonce().toArray());
        } else if (frame instanceof Echoed echoed) {
            out.writeLong(echoed.nonce()).writeBytes(echoed.payload().toArray());
        } else if (frame instanceof Accepted accepted) {
            out.writeLong(accepted.nonce());
        } else if (frame instanceof Pushed pushed) {
            out.writeLong(pushed.nonce()).writeLong(pushed.afterNs()).writeInt(pushed.strangers());
        } else if (frame instanceof Beat beat) {
            out.writeLong(beat.nonce()).writeInt(beat.number());
        } else if (frame instanceof Report report) {
            out.writeLong(report.nonce()).writeLong(report.flow()).writeBoolean(report.known());
            out.writeInt(report.pushes()).writeLong(report.pushedAfterNs()).writeBoolean(report.pushAcknowledged());
            out.writeByte(report.end().code());
        } else if (frame instanceof Refused refused) {
            out.writeLong(refused.nonce()).writeByte(refused.reason().code()).writeLong(refused.limit());
            out.writeCharSequence(refused.text(), StandardCharsets.UTF_8);
        }
    }

    /**
     * Reads one body.
     *
     * @throws BadFrameException when the body does not fit its type, or the type is unknown
     */
    static Frame decodeBody(int type, ByteBuf body) {
        Frame frame = readBody(type, body);
        if (body.isReadable()) {
            throw new BadFrameException("frame type 0x" + Integer.toHexString(type) + " is too long");
        }
        return frame;
    }

    private static Frame readBody(int type, ByteBuf body) {
        try {
            return switch (type) {
                case HELLO -> new Hello(body.readLong(), rest(body));
                case ECHO -> new Echo(body.readLong(), rest(body));
                case ORDER -> new Order(body.readLong(), Deed.of(body.readUnsignedByte()), body.readLong());
                case ASK -> new Ask(body.readLong(), body.readLong());
                case WELCOME -> {
                    long flow = body.readLong();
                    long instance = body.readLong();
                    long longestDelayNs = body.readLong();
                    yield new Welcome(flow, instance, text(body), longestDelayNs);
                }
                case CHALLENGE -> new Challenge(rest(body));
                case ECHOED -> new Echoed(body.readLong(), rest(body));
                case ACCEPTED -> new Accepted(body.readLong());
                case PUSHED -> new Pushed(body.readLong(), body.readLong(), body.readInt());
                case BEAT -> new Beat(body.readLong(), body.readInt());
                case REPORT ->
                    new Report(
                            body.readLong(),
                            body.readLong(),
                            body.readBoolean(),
                            body.readInt(),
                            body.readLong(),
                            body.readBoolean(),
                            End.of(body.readUnsignedByte()));
                case REFUSED ->
                    new Refused(body.readLong(), Reason.of(body.readUnsignedByte()), body.readLong(), text(body));
                default -> throw new BadFrameException("frame type 0x" + Integer.toHexString(type) + " is unknown");
            };
        } catch (IndexOutOfBoundsException e) {
            throw new BadFrameException("frame type 0x" + Integer.toHexString(type) + " is cut short");
        }
    }

    private static Bytes rest(ByteBuf body) {
        byte[] bytes = new byte[body.readableBytes()];
        body.readBytes(bytes);
        return Bytes.of(bytes);
    }

    /** What a far end says is printed: a terminal must take none of it for an order. */
    private static String text(ByteBuf body) {
        return body.readCharSequence(body.readableBytes(), StandardCharsets.UTF_8)
                .toString()
                .replaceAll("\\p{C}", "?");
    }
}
