package hbprobe.responder;

import hbprobe.runtime.Host;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram.Credential;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows that an address hears what is sent to it, without keeping anything of it: a cookie is an HMAC-SHA256 (RFC 2104)
 * of the address and a time bucket, under a key of that bucket that nobody else knows. Not of the port: a flow that must
 * hear nothing uses one that another flow was given. Used on the event loop only.
 */
final class Cookies {
    /** How long a key is issued with. */
    static final Duration BUCKET = Duration.ofMinutes(2);

    /** How long a cookie is good for at least. */
    static final Duration GOOD_FOR = BUCKET.multipliedBy(2);

    /** The one that is issued with, and those before it whose cookies are still good. */
    private static final int KEYS = 3;

    private static final int KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";

    private final long startNs;
    private final Deque<Key> keys = new ArrayDeque<>();

    private record Key(long bucket, Mac mac) {}

    Cookies(long nowNs) {
        this.startNs = nowNs;
    }

    /** One for an address. */
    Bytes issue(InetAddress address, long nowNs) {
        turn(nowNs);
        return Bytes.of(cookie(keys.getFirst(), address));
    }

    /** Whether it was issued for that address, lately; in a time that does not depend on how much of it is right. */
    boolean holds(Bytes cookie, InetAddress address, long nowNs) {
        turn(nowNs);
        byte[] given = cookie.toArray();
        return keys.stream().anyMatch(key -> MessageDigest.isEqual(cookie(key, address), given));
    }

    /** New keys for new buckets, and none for those that are over. */
    private void turn(long nowNs) {
        long bucket = (nowNs - startNs) / BUCKET.toNanos();
        if (keys.isEmpty() || keys.getFirst().bucket < bucket) {
            keys.addFirst(new Key(bucket, mac()));
        }
        while (keys.getLast().bucket <= bucket - KEYS) {
            keys.removeLast();
        }
    }

    private static Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Host.unguessableBytes(KEY_BYTES), ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static byte[] cookie(Key key, InetAddress address) {
        key.mac.update(ByteBuffer.allocate(Long.BYTES).putLong(key.bucket).flip());
        return Arrays.copyOf(key.mac.doFinal(address.getAddress()), Credential.COOKIE_BYTES);
    }
}
