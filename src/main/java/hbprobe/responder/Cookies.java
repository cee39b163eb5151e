package hbprobe.responder;

import hbprobe.runtime.Host;
import hbprobe.wire.Bytes;
import hbprobe.wire.Datagram.Credential;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows that a client hears what is sent to its address, without remembering anybody: HMAC-SHA256 (RFC 2104) of the
 * address, cut to 16 bytes, under a random key that is another one every two minutes. The port is left out, since a
 * flow may have to present a cookie that another flow of the same address was given. Used on the event loop only.
 */
final class Cookies {
    /** How long a cookie is good for at least; at most two minutes longer. */
    static final long GOOD_FOR_NS = TimeUnit.MINUTES.toNanos(4);

    private static final long KEY_FOR_NS = TimeUnit.MINUTES.toNanos(2);

    /** The one in use, and those whose cookies are still good. */
    private static final int KEYS = 1 + (int) (GOOD_FOR_NS / KEY_FOR_NS);

    private static final String ALGORITHM = "HmacSHA256";
    private static final int KEY_BYTES = 32;

    /** Newest first. */
    private final Mac[] keys = new Mac[KEYS];

    private long period;

    Cookies(long nowNs) {
        Arrays.setAll(keys, i -> freshKey());
        period = Math.floorDiv(nowNs, KEY_FOR_NS);
    }

    private static Mac freshKey() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Host.unguessableBytes(KEY_BYTES), ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private void turn(long nowNs) {
        long now = Math.floorDiv(nowNs, KEY_FOR_NS);
        for (long left = Math.min(KEYS, now - period); left > 0; left--) {
            System.arraycopy(keys, 0, keys, 1, KEYS - 1);
            keys[0] = freshKey();
        }
        period = now;
    }

    /** For a client at that address. */
    Bytes make(InetAddress address, long nowNs) {
        turn(nowNs);
        return Bytes.of(of(keys[0], address));
    }

    /** Whether it was made for that address, lately; in a time that doesn't tell how much of it is right. */
    boolean holds(Bytes cookie, InetAddress address, long nowNs) {
        turn(nowNs);
        byte[] given = cookie.toArray();
        boolean holds = false;
        for (Mac key : keys) {
            holds |= MessageDigest.isEqual(of(key, address), given);
        }
        return holds;
    }

    private static byte[] of(Mac key, InetAddress address) {
        return Arrays.copyOf(key.doFinal(address.getAddress()), Credential.COOKIE_BYTES);
    }
}
