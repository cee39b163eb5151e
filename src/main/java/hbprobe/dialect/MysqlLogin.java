package hbprobe.dialect;

import hbprobe.model.Login;
import hbprobe.model.Problem;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Optional;

/** A login at a MySQL server ("Connection Phase" of its protocol): what it greets with, and what is answered. */
final class MysqlLogin {
    static final String NATIVE = "mysql_native_password";
    static final String CACHING_SHA2 = "caching_sha2_password";

    private static final int CLIENT_MYSQL = 1;
    private static final int LONG_FLAG = 1 << 2;
    private static final int CONNECT_WITH_DATABASE = 1 << 3;
    private static final int PROTOCOL_41 = 1 << 9;
    private static final int TLS = 1 << 11;
    private static final int TRANSACTIONS = 1 << 13;
    private static final int SECURE_CONNECTION = 1 << 15;
    private static final int PLUGINS = 1 << 19;

    private static final int PROTOCOL_VERSION = 10;
    private static final int NONCE_BEGINNING = 8;
    private static final int NONCE_BYTES = 20;
    private static final int UTF8MB4 = 45;
    private static final int LARGEST_PACKET = 1 << 24;
    private static final int RESERVED_BYTES = 23;

    private static final int SHA2_KNOWN = 3;
    private static final int SHA2_UNKNOWN = 4;

    private final Login login;
    private final String database;
    private final boolean underTls;
    private String plugin;
    private byte[] nonce;

    /**
     * What a server says first.
     *
     * @param version of the server
     * @param thread its number for the connection
     * @param abilities of the server, a bit each
     * @param nonce to be mixed with the password
     * @param plugin the way of login that it assumes
     */
    record Greeting(String version, long thread, int abilities, String nonce, String plugin) {
        /** @throws io.netty.handler.codec.CodecException when it is none */
        static Greeting of(MysqlPacket packet) {
            return packet.read(in -> {
                if (in.get() != PROTOCOL_VERSION) {
                    throw new CorruptedFrameException("not protocol 10");
                }
                String version = MysqlPacket.text(in);
                long thread = in.getInt() & 0xffff_ffffL;
                byte[] nonce = new byte[NONCE_BYTES];
                in.get(nonce, 0, NONCE_BEGINNING);
                in.get();
                int lower = in.getShort() & 0xffff;
                in.position(Math.min(in.limit(), in.position() + 3)); // character set and status
                int abilities = in.getShort() << 16 | lower;
                in.position(Math.min(in.limit(), in.position() + 11)); // length of the nonce, and reserved bytes
                in.get(nonce, NONCE_BEGINNING, NONCE_BYTES - NONCE_BEGINNING);
                in.get();
                return new Greeting(
                        version,
                        thread,
                        abilities,
                        new String(nonce, StandardCharsets.ISO_8859_1),
                        MysqlPacket.text(in));
            });
        }

        boolean knowsTls() {
            return (abilities & TLS) != 0;
        }

        boolean isMariaDb() {
            return version.contains("MariaDB");
        }
    }

    /** @param underTls whether the connection is, or will be by then */
    MysqlLogin(Greeting greeting, Login login, String database, boolean underTls) {
        this.login = login;
        this.database = database;
        this.underTls = underTls;
        // Another one than these it will say again, with a switch.
        this.plugin = greeting.plugin.equals(CACHING_SHA2) ? CACHING_SHA2 : NATIVE;
        this.nonce = greeting.nonce.getBytes(StandardCharsets.ISO_8859_1);
    }

    private int abilities() {
        return CLIENT_MYSQL
                | LONG_FLAG
                | PROTOCOL_41
                | TRANSACTIONS
                | SECURE_CONNECTION
                | PLUGINS
                | (database.isEmpty() ? 0 : CONNECT_WITH_DATABASE)
                | (underTls ? TLS : 0);
    }

    private ByteBuf beginning() {
        return Unpooled.buffer()
                .writeIntLE(abilities())
                .writeIntLE(LARGEST_PACKET)
                .writeByte(UTF8MB4)
                .writeZero(RESERVED_BYTES);
    }

    /** Asks for TLS, which comes at once. */
    ByteBuf tlsRequest(int sequence) {
        return MysqlRequest.packet(sequence, beginning());
    }

    /** Says who logs in. */
    ByteBuf response(int sequence) throws RefusedException {
        byte[] proof = proof();
        ByteBuf body = beginning();
        text(body, login.user().orElse("root"));
        body.writeByte(proof.length).writeBytes(proof);
        if (!database.isEmpty()) {
            text(body, database);
        }
        text(body, plugin);
        return MysqlRequest.packet(sequence, body);
    }

    private static void text(ByteBuf out, String text) {
        out.writeBytes(text.getBytes(StandardCharsets.UTF_8)).writeByte(0);
    }

    /**
     * What to say when the server is not content yet; empty: nothing.
     *
     * @throws RefusedException when it demands what can't be given
     */
    Optional<ByteBuf> goOn(MysqlPacket packet) throws RefusedException {
        if (packet.isSwitch()) {
            packet.read(in -> {
                in.get();
                plugin = MysqlPacket.text(in);
                nonce = Arrays.copyOf(MysqlPacket.rest(in), NONCE_BYTES);
                return plugin;
            });
            return Optional.of(MysqlRequest.packet(packet.sequence() + 1, Unpooled.wrappedBuffer(proof())));
        }
        int state = packet.read(in -> {
            in.get();
            return (int) in.get();
        });
        if (!plugin.equals(CACHING_SHA2) || (state != SHA2_KNOWN && state != SHA2_UNKNOWN)) {
            throw refused("the server goes on with a login by " + Sayings.printable(plugin) + " that is over");
        }
        return state == SHA2_KNOWN ? Optional.empty() : Optional.of(inClear(packet.sequence() + 1));
    }

    /** Servers that have not seen a password since they started want to see it itself. */
    private ByteBuf inClear(int sequence) throws RefusedException {
        if (!underTls) {
            throw refused("the server wants to see the password itself (" + CACHING_SHA2
                    + "), which takes TLS: add ?ssl-mode=required to the target");
        }
        ByteBuf body = Unpooled.buffer();
        text(body, login.password().orElse(""));
        return MysqlRequest.packet(sequence, body);
    }

    private byte[] proof() throws RefusedException {
        byte[] secret = login.password().orElse("").getBytes(StandardCharsets.UTF_8);
        return switch (plugin) {
            case NATIVE -> secret.length == 0 ? secret : nativeProof(secret, nonce);
            case CACHING_SHA2 -> secret.length == 0 ? secret : sha2Proof(secret, nonce);
            default ->
                throw refused("the server demands a login by " + Sayings.printable(plugin) + "; hbprobe has " + NATIVE
                        + " and " + CACHING_SHA2);
        };
    }

    static byte[] nativeProof(byte[] secret, byte[] nonce) {
        byte[] once = digest("SHA-1", secret);
        return xor(once, digest("SHA-1", nonce, digest("SHA-1", once)));
    }

    static byte[] sha2Proof(byte[] secret, byte[] nonce) {
        byte[] once = digest("SHA-256", secret);
        return xor(once, digest("SHA-256", digest("SHA-256", once), nonce));
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] both = one.clone();
        for (int i = 0; i < both.length; i++) {
            both[i] ^= other[i];
        }
        return both;
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    private static RefusedException refused(String message) {
        return new RefusedException(new Problem("login", message));
    }
}
