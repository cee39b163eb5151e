package hbprobe.wire;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Shows that both ends hold the same token without sending it: HMAC-SHA256 (RFC 2104) of a fresh challenge under the
 * token.
 */
public final class Proof {
    /** Of a challenge: never repeated, never guessed. */
    public static final int CHALLENGE_BYTES = 16;

    private static final String ALGORITHM = "HmacSHA256";

    private Proof() {}

    /** The answer to a challenge. */
    public static Bytes of(String token, Bytes challenge) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(token.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return Bytes.of(mac.doFinal(challenge.toArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    /** Whether the proof is right, in a time that does not depend on how much of it is. */
    public static boolean holds(String token, Bytes challenge, Bytes proof) {
        return MessageDigest.isEqual(of(token, challenge).toArray(), proof.toArray());
    }
}
