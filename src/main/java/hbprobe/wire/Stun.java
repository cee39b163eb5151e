package hbprobe.wire;

import hbprobe.wire.StunAttribute.Change;
import hbprobe.wire.StunAttribute.Changed;
import hbprobe.wire.StunAttribute.Fingerprint;
import hbprobe.wire.StunAttribute.Foreign;
import hbprobe.wire.StunAttribute.Mapped;
import hbprobe.wire.StunAttribute.Origin;
import hbprobe.wire.StunAttribute.Other;
import hbprobe.wire.StunAttribute.Padding;
import hbprobe.wire.StunAttribute.Refusal;
import hbprobe.wire.StunAttribute.ResponsePort;
import hbprobe.wire.StunAttribute.Software;
import hbprobe.wire.StunAttribute.Source;
import hbprobe.wire.StunAttribute.Unknown;
import hbprobe.wire.StunAttribute.XorMapped;
import java.io.ByteArrayOutputStream;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * STUN messages and their bytes: RFC 8489 and RFC 5780, and of RFC 3489 what servers and clients of that age need. A
 * request's integrity is not looked at, since nothing here asks for a password.
 */
public final class Stun {
    private static final int HEADER_BYTES = 20;
    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int FINGERPRINT_MASK = 0x5354_554E;
    private static final int CHANGE_ADDRESS = 0x4;
    private static final int CHANGE_PORT = 0x2;
    private static final int V4 = 1;
    private static final int V6 = 2;

    private Stun() {}

    /** The bytes of a message. */
    public static byte[] encode(StunMessage message) {
        Writer writer = new Writer(message.kind().type(), message.id());
        message.attributes().forEach(attribute -> write(writer, attribute));
        return writer.finished();
    }

    /**
     * Reads a datagram.
     *
     * @return empty when it is no whole Binding message, or its fingerprint is wrong
     */
    public static Optional<StunMessage> decode(byte[] datagram) {
        if (datagram.length < HEADER_BYTES || datagram[0] < 0) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(datagram);
        Optional<StunMessage.Kind> kind = StunMessage.Kind.of(bytes.getShort());
        int length = Short.toUnsignedInt(bytes.getShort());
        StunId id = new StunId(bytes.getLong(), bytes.getLong());
        if (kind.isEmpty() || length != datagram.length - HEADER_BYTES || length % 4 != 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(new StunMessage(kind.get(), id, attributes(datagram, bytes, id)));
        } catch (BadFrameException e) {
            return Optional.empty();
        }
    }

    private static List<StunAttribute> attributes(byte[] datagram, ByteBuffer bytes, StunId id)
            throws BadFrameException {
        List<StunAttribute> attributes = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int type = Short.toUnsignedInt(bytes.getShort());
            int length = Short.toUnsignedInt(bytes.getShort());
            int padded = (length + 3) & ~3;
            if (padded > bytes.remaining()) {
                throw new BadFrameException("an attribute of STUN is longer than what is left");
            }
            byte[] value = new byte[length];
            bytes.get(value);
            bytes.position(start + ATTRIBUTE_HEADER_BYTES + padded);
            if (type == Fingerprint.TYPE) {
                checkFingerprint(datagram, start, value);
            }
            attributes.add(read(type, value, id));
        }
        return attributes;
    }

    private static StunAttribute read(int type, byte[] value, StunId id) throws BadFrameException {
        return switch (type) {
            case Mapped.TYPE -> new Mapped(address(value, new byte[16]));
            case XorMapped.TYPE -> new XorMapped(address(value, mask(id)));
            case Source.TYPE -> new Source(address(value, new byte[16]));
            case Changed.TYPE -> new Changed(address(value, new byte[16]));
            case Origin.TYPE -> new Origin(address(value, new byte[16]));
            case Other.TYPE -> new Other(address(value, new byte[16]));
            case Change.TYPE -> {
                int flags = ofSize(value, 4).getInt();
                yield new Change((flags & CHANGE_ADDRESS) != 0, (flags & CHANGE_PORT) != 0);
            }
            case ResponsePort.TYPE -> {
                if (value.length != 2 && value.length != 4) { // two bytes, which some count with their padding
                    throw new BadFrameException("RESPONSE-PORT of " + value.length + " bytes");
                }
                yield new ResponsePort(
                        Short.toUnsignedInt(ByteBuffer.wrap(value).getShort()));
            }
            case Padding.TYPE -> new Padding(value.length);
            case Software.TYPE -> new Software(text(value, 0));
            case Refusal.TYPE -> refusal(value);
            case Unknown.TYPE -> unknown(value);
            case Fingerprint.TYPE -> new Fingerprint();
            default -> new Foreign(type);
        };
    }

    private static ByteBuffer ofSize(byte[] value, int size) throws BadFrameException {
        if (value.length != size) {
            throw new BadFrameException("an attribute of STUN has " + value.length + " bytes instead of " + size);
        }
        return ByteBuffer.wrap(value);
    }

    private static InetSocketAddress address(byte[] value, byte[] mask) throws BadFrameException {
        if (value.length < 4) {
            throw new BadFrameException("an address of STUN has " + value.length + " bytes");
        }
        int size = value[1] == V4 ? 4 : value[1] == V6 ? 16 : 0;
        if (size == 0 || value.length != 4 + size) {
            throw new BadFrameException("an address of STUN of no known family");
        }
        int port = Short.toUnsignedInt((short) (((value[2] ^ mask[0]) << 8) | ((value[3] ^ mask[1]) & 0xFF)));
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (value[4 + i] ^ mask[i]);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(bytes), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of " + size + " bytes", e);
        }
    }

    /** What an address is XORed with: the cookie and the transaction's id (RFC 8489, section 14.2). */
    private static byte[] mask(StunId id) {
        return ByteBuffer.allocate(16).putLong(id.high()).putLong(id.low()).array();
    }

    private static Refusal refusal(byte[] value) throws BadFrameException {
        if (value.length < 4) {
            throw new BadFrameException("ERROR-CODE of " + value.length + " bytes");
        }
        return new Refusal((value[2] & 7) * 100 + (value[3] & 0xFF) % 100, text(value, 4));
    }

    private static Unknown unknown(byte[] value) throws BadFrameException {
        if (value.length % 2 != 0) {
            throw new BadFrameException("UNKNOWN-ATTRIBUTES of " + value.length + " bytes");
        }
        List<Integer> types = new ArrayList<>();
        for (ByteBuffer bytes = ByteBuffer.wrap(value); bytes.hasRemaining(); ) {
            types.add(Short.toUnsignedInt(bytes.getShort()));
        }
        return new Unknown(types);
    }

    /** Without the zeroes that servers of RFC 3489 fill up with. */
    private static String text(byte[] value, int from) {
        int end = value.length;
        while (end > from && value[end - 1] == 0) {
            end--;
        }
        return new String(value, from, end - from, StandardCharsets.UTF_8);
    }

    private static void checkFingerprint(byte[] datagram, int start, byte[] value) throws BadFrameException {
        if (start + ATTRIBUTE_HEADER_BYTES + value.length != datagram.length
                || ofSize(value, 4).getInt() != fingerprint(datagram, start)) {
            throw new BadFrameException("a fingerprint of STUN is wrong");
        }
    }

    private static int fingerprint(byte[] bytes, int end) {
        CRC32 sum = new CRC32();
        sum.update(bytes, 0, end);
        return (int) sum.getValue() ^ FINGERPRINT_MASK;
    }

    private static void write(Writer writer, StunAttribute attribute) {
        if (attribute instanceof Mapped mapped) {
            writer.address(mapped.type(), mapped.address(), new byte[16]);
        } else if (attribute instanceof XorMapped mapped) {
            writer.address(mapped.type(), mapped.address(), mask(writer.id));
        } else if (attribute instanceof Source source) {
            writer.address(source.type(), source.address(), new byte[16]);
        } else if (attribute instanceof Changed changed) {
            writer.address(changed.type(), changed.address(), new byte[16]);
        } else if (attribute instanceof Origin origin) {
            writer.address(origin.type(), origin.address(), new byte[16]);
        } else if (attribute instanceof Other other) {
            writer.address(other.type(), other.address(), new byte[16]);
        } else if (attribute instanceof Change change) {
            int flags = (change.address() ? CHANGE_ADDRESS : 0) | (change.port() ? CHANGE_PORT : 0);
            writer.value(change.type(), ByteBuffer.allocate(4).putInt(flags).array());
        } else if (attribute instanceof ResponsePort port) {
            writer.value(
                    port.type(),
                    ByteBuffer.allocate(2).putShort((short) port.port()).array());
        } else if (attribute instanceof Padding padding) {
            writer.value(padding.type(), new byte[padding.length()]);
        } else if (attribute instanceof Software software) {
            writer.value(software.type(), software.text().getBytes(StandardCharsets.UTF_8));
        } else if (attribute instanceof Refusal refusal) {
            writer.refusal(refusal);
        } else if (attribute instanceof Unknown unknown) {
            ByteBuffer types = ByteBuffer.allocate(2 * unknown.types().size());
            unknown.types().forEach(type -> types.putShort(type.shortValue()));
            writer.value(unknown.type(), types.array());
        } else if (attribute instanceof Fingerprint) {
            writer.fingerprint();
        } else {
            throw new IllegalArgumentException(
                    "write attribute 0x" + Integer.toHexString(attribute.type()) + " of STUN: its value is not kept");
        }
    }

    /** A message as it grows. */
    private static final class Writer {
        private final StunId id;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);

        Writer(int type, StunId id) {
            this.id = id;
            bytes.writeBytes(ByteBuffer.allocate(HEADER_BYTES)
                    .putShort((short) type)
                    .putShort((short) 0)
                    .putLong(id.high())
                    .putLong(id.low())
                    .array());
        }

        void value(int type, byte[] value) {
            int padded = (value.length + 3) & ~3;
            bytes.writeBytes(ByteBuffer.allocate(ATTRIBUTE_HEADER_BYTES)
                    .putShort((short) type)
                    .putShort((short) value.length)
                    .array());
            bytes.writeBytes(Arrays.copyOf(value, padded));
        }

        void address(int type, InetSocketAddress address, byte[] mask) {
            byte[] raw = address.getAddress().getAddress();
            byte[] value = new byte[4 + raw.length];
            value[1] = (byte) (address.getAddress() instanceof Inet6Address ? V6 : V4);
            value[2] = (byte) ((address.getPort() >> 8) ^ mask[0]);
            value[3] = (byte) (address.getPort() ^ mask[1]);
            for (int i = 0; i < raw.length; i++) {
                value[4 + i] = (byte) (raw[i] ^ mask[i]);
            }
            value(type, value);
        }

        void refusal(Refusal refusal) {
            byte[] reason = refusal.reason().getBytes(StandardCharsets.UTF_8);
            ByteBuffer value = ByteBuffer.allocate(4 + reason.length);
            value.putShort((short) 0).put((byte) (refusal.code() / 100)).put((byte) (refusal.code() % 100));
            value(refusal.type(), value.put(reason).array());
        }

        /** The length that it covers includes itself (RFC 8489, section 14.7). */
        void fingerprint() {
            int end = bytes.size();
            byte[] covered = withLength(bytes.toByteArray(), end - HEADER_BYTES + 8);
            value(
                    Fingerprint.TYPE,
                    ByteBuffer.allocate(4)
                            .putInt(Stun.fingerprint(covered, end))
                            .array());
        }

        byte[] finished() {
            return withLength(bytes.toByteArray(), bytes.size() - HEADER_BYTES);
        }

        private static byte[] withLength(byte[] message, int length) {
            ByteBuffer.wrap(message).putShort(2, (short) length);
            return message;
        }
    }
}
