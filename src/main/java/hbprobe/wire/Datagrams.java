package hbprobe.wire;

import hbprobe.wire.Datagram.Accepted;
import hbprobe.wire.Datagram.Ask;
import hbprobe.wire.Datagram.Beat;
import hbprobe.wire.Datagram.Credential;
import hbprobe.wire.Datagram.Deed;
import hbprobe.wire.Datagram.Echo;
import hbprobe.wire.Datagram.Echoed;
import hbprobe.wire.Datagram.Hello;
import hbprobe.wire.Datagram.Order;
import hbprobe.wire.Datagram.Pulse;
import hbprobe.wire.Datagram.Pushed;
import hbprobe.wire.Datagram.Refused;
import hbprobe.wire.Datagram.Report;
import hbprobe.wire.Datagram.Welcome;
import hbprobe.wire.Frame.Reason;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The encoding of {@link Datagram}: the header of {@link Frames} with types of its own, the body, and zero bytes up to
 * the size that pays for the answer.
 */
public final class Datagrams {
    /** Copies of a push: losing each of them is rarer than one in a hundred thousand where every twentieth is lost. */
    public static final int PUSH_COPIES = 5;

    /** All copies of a push but one are sent within this time of the first. */
    public static final long PUSH_BURST_NS = 60_000_000;

    /** The last one is there for an outage, so much after the first. */
    public static final long LAST_COPY_NS = 600_000_000;

    /** Headers of IPv6 and UDP: the most that a datagram takes beside what is in it. */
    public static final int OVERHEAD_BYTES = 48;

    /** The longest address with its port, an IPv6 one in brackets. */
    public static final int LONGEST_ADDRESS = 47;

    /** Longest text of a refusal. */
    public static final int LONGEST_TEXT = 40;

    private static final int REPLY_BYTES = 96 + LONGEST_ADDRESS;
    private static final int ACCEPTED_BYTES = Frames.HEADER_BYTES + Long.BYTES;
    private static final int PUSHED_BYTES = Frames.HEADER_BYTES + 2 * Long.BYTES + 1;
    private static final int BEAT_BYTES = Frames.HEADER_BYTES + Long.BYTES + Integer.BYTES;

    /** Of an {@link Order} without beats: it pays for the copies of its push, headers counted, and its acceptance. */
    public static final int ORDER_BYTES = PUSH_COPIES * sentFor(PUSHED_BYTES) + REPLY_BYTES;

    /** More than that would be fragmented on some path: RFC 8200 guarantees 1 280 bytes, headers included. */
    public static final int LONGEST = 1_200;

    private static final int HELLO = 0x21;
    private static final int ECHO = 0x22;
    private static final int PULSE = 0x23;
    private static final int ORDER = 0x24;
    private static final int ASK = 0x25;
    private static final int WELCOME = 0xa1;
    private static final int ECHOED = 0xa2;
    private static final int ACCEPTED = 0xa4;
    private static final int REPORT = 0xa5;
    private static final int PUSHED = 0xb1;
    private static final int BEAT = 0xb2;
    private static final int REFUSED = 0xb3;

    private Datagrams() {}

    /** What a datagram of that many bytes takes on the wire, at most. */
    public static int sentFor(int bytes) {
        return bytes + OVERHEAD_BYTES;
    }

    /** What everything that a push order sends takes on the wire, at most, its acceptance too. */
    public static int priceOf(Order push) {
        return sentFor(ACCEPTED_BYTES) + PUSH_COPIES * sentFor(PUSHED_BYTES) + push.beats() * sentFor(BEAT_BYTES);
    }

    /** Appends the datagram to {@code out}, a request padded to what its answers cost at most. */
    public static void encode(Datagram datagram, ByteBuf out) {
        int start = out.writerIndex();
        out.writeInt(Frames.MAGIC)
                .writeByte(Frames.VERSION)
                .writeByte(typeOf(datagram))
                .writeShort(0);
        encodeBody(datagram, out);
        int written = out.writerIndex() - start;
        out.setShort(start + Frames.HEADER_BYTES - Short.BYTES, written - Frames.HEADER_BYTES);
        out.writeZero(Math.max(0, paddedTo(datagram) - written));
    }

    private static int paddedTo(Datagram datagram) {
        if (datagram instanceof Order order) {
            boolean pushes = order.deed() == Deed.PUSH;
            int beats = order.beats() * sentFor(BEAT_BYTES);
            return Math.min(LONGEST, (pushes ? ORDER_BYTES : REPLY_BYTES) + beats);
        }
        return datagram instanceof Datagram.Request ? REPLY_BYTES : 0;
    }

    private static int typeOf(Datagram datagram) {
        if (datagram instanceof Hello) {
            return HELLO;
        } else if (datagram instanceof Echo) {
            return ECHO;
        } else if (datagram instanceof Pulse) {
            return PULSE;
        } else if (datagram instanceof Order) {
            return ORDER;
        } else if (datagram instanceof Ask) {
            return ASK;
        } else if (datagram instanceof Welcome) {
            return WELCOME;
        } else if (datagram instanceof Echoed) {
            return ECHOED;
        } else if (datagram instanceof Accepted) {
            return ACCEPTED;
        } else if (datagram instanceof Report) {
            return REPORT;
        } else if (datagram instanceof Pushed) {
            return PUSHED;
        } else if (datagram instanceof Beat) {
            return BEAT;
        } else {
            return REFUSED;
        }
    }

    private static void encodeBody(Datagram datagram, ByteBuf out) {
        out.writeLong(
                datagram instanceof Datagram.Request request ? request.nonce() : ((Datagram.Reply) datagram).nonce());
        if (datagram instanceof Echo echo) {
            encodeCredential(out.writeLong(echo.flow()), echo.credential());
        } else if (datagram instanceof Pulse pulse) {
            encodeCredential(out.writeLong(pulse.flow()), pulse.credential());
        } else if (datagram instanceof Ask ask) {
            encodeCredential(out.writeLong(ask.flow()), ask.credential());
        } else if (datagram instanceof Order order) {
            encodeCredential(out.writeLong(order.flow()), order.credential());
            out.writeByte(order.deed().code()).writeBoolean(order.quiet()).writeLong(order.delayNs());
            out.writeShort(order.beats()).writeLong(order.periodNs());
        } else if (datagram instanceof Welcome welcome) {
            out.writeBytes(welcome.cookie().toArray()).writeLong(welcome.cookieForNs());
            out.writeLong(welcome.instance()).writeLong(welcome.longestDelayNs());
            out.writeBoolean(welcome.proofDemanded());
            text(welcome.mapped(), LONGEST_ADDRESS, out);
        } else if (datagram instanceof Echoed echoed) {
            text(echoed.mapped(), LONGEST_ADDRESS, out);
        } else if (datagram instanceof Pushed pushed) {
            out.writeByte(pushed.copy()).writeLong(pushed.afterNs());
        } else if (datagram instanceof Beat beat) {
            out.writeInt(beat.number());
        } else if (datagram instanceof Report report) {
            out.writeLong(report.flow()).writeBoolean(report.known()).writeByte(report.pushes());
            out.writeLong(report.firstAfterNs()).writeLong(report.lastAfterNs());
            text(report.mapped(), LONGEST_ADDRESS, out);
        } else if (datagram instanceof Refused refused) {
            out.writeByte(refused.reason().code()).writeLong(refused.limit());
            text(refused.text(), LONGEST_TEXT, out);
        }
    }

    private static void encodeCredential(ByteBuf out, Credential credential) {
        out.writeBytes(credential.cookie().toArray())
                .writeByte(credential.proof().length());
        out.writeBytes(credential.proof().toArray());
    }

    private static void text(String text, int longest, ByteBuf out) {
        out.writeCharSequence(text.substring(0, Math.min(longest, text.length())), StandardCharsets.US_ASCII);
    }

    /**
     * Reads one datagram; what follows its body is padding.
     *
     * @throws BadFrameException when it is none
     */
    public static Datagram decode(ByteBuf in) {
        if (in.readableBytes() < Frames.HEADER_BYTES || in.readInt() != Frames.MAGIC) {
            throw new BadFrameException("the datagram is of another protocol");
        }
        int version = in.readUnsignedByte();
        if (version != Frames.VERSION) {
            throw new BadFrameException(
                    "the far end speaks version " + version + " of the protocol, not " + Frames.VERSION);
        }
        int type = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        if (length > in.readableBytes()) {
            throw new BadFrameException("datagram type 0x" + Integer.toHexString(type) + " is cut short");
        }
        ByteBuf body = in.readSlice(length);
        try {
            Datagram datagram = decodeBody(type, body.readLong(), body);
            if (body.isReadable()) {
                throw new BadFrameException("datagram type 0x" + Integer.toHexString(type) + " is too long");
            }
            return datagram;
        } catch (IndexOutOfBoundsException e) {
            throw new BadFrameException("datagram type 0x" + Integer.toHexString(type) + " is cut short");
        }
    }

    private static Datagram decodeBody(int type, long nonce, ByteBuf body) {
        return switch (type) {
            case HELLO -> new Hello(nonce);
            case ECHO -> new Echo(nonce, body.readLong(), credential(body));
            case PULSE -> new Pulse(nonce, body.readLong(), credential(body));
            case ASK -> new Ask(nonce, body.readLong(), credential(body));
            case ORDER ->
                new Order(
                        nonce,
                        body.readLong(),
                        credential(body),
                        Deed.of(body.readUnsignedByte()),
                        body.readBoolean(),
                        body.readLong(),
                        body.readUnsignedShort(),
                        body.readLong());
            case WELCOME ->
                new Welcome(
                        nonce,
                        bytes(body, Credential.COOKIE_BYTES),
                        body.readLong(),
                        body.readLong(),
                        body.readLong(),
                        body.readBoolean(),
                        text(body, LONGEST_ADDRESS));
            case ECHOED -> new Echoed(nonce, text(body, LONGEST_ADDRESS));
            case ACCEPTED -> new Accepted(nonce);
            case PUSHED -> new Pushed(nonce, body.readUnsignedByte(), body.readLong());
            case BEAT -> new Beat(nonce, body.readInt());
            case REPORT ->
                new Report(
                        nonce,
                        body.readLong(),
                        body.readBoolean(),
                        body.readUnsignedByte(),
                        body.readLong(),
                        body.readLong(),
                        text(body, LONGEST_ADDRESS));
            case REFUSED ->
                new Refused(nonce, Reason.of(body.readUnsignedByte()), body.readLong(), text(body, LONGEST_TEXT));
            default -> throw new BadFrameException("datagram type 0x" + Integer.toHexString(type) + " is unknown");
        };
    }

    private static Credential credential(ByteBuf body) {
        Bytes cookie = bytes(body, Credential.COOKIE_BYTES);
        return new Credential(cookie, bytes(body, body.readUnsignedByte()));
    }

    private static Bytes bytes(ByteBuf body, int length) {
        byte[] bytes = new byte[length];
        body.readBytes(bytes);
        return Bytes.of(bytes);
    }

    /** What a far end says is printed: only what can be printed safely is taken, and no more than is ever meant. */
    private static String text(ByteBuf body, int longest) {
        CharSequence text = body.readCharSequence(Math.min(longest, body.readableBytes()), StandardCharsets.US_ASCII);
        body.skipBytes(body.readableBytes());
        return text.toString().replaceAll("[^ -~]", "?");
    }
}
