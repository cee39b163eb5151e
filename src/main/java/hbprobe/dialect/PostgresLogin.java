package hbprobe.dialect;

import com.ongres.scram.client.ScramClient;
import com.ongres.scram.common.exception.ScramException;
import com.ongres.scram.common.exception.ScramRuntimeException;
import hbprobe.model.Problem;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Proves a password to a PostgreSQL server in the way that it asks for. */
final class PostgresLogin {
    private static final int DONE = 0;
    private static final int CLEARTEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    /** Servers want 4096; each costs a microsecond on the one thread that also tells the time for all flows. */
    private static final int MOST_ITERATIONS = 100_000;

    private final String user;
    private final Optional<String> password;
    private @Nullable ScramClient scram;

    PostgresLogin(String user, Optional<String> password) {
        this.user = user;
        this.password = password;
    }

    /**
     * What to say to that request; empty: nothing.
     *
     * @throws RefusedException when the server demands what can't be given, or is not who knows the password
     */
    Optional<ByteBuf> answer(PostgresMessage request) throws RefusedException {
        try {
            return switch (request.number()) {
                case DONE -> Optional.empty();
                case CLEARTEXT -> Optional.of(PostgresRequest.password(secret()));
                case MD5 -> Optional.of(PostgresRequest.password(md5(secret(), request.afterNumber())));
                case SASL -> Optional.of(begin(request.textsAfterNumber()));
                case SASL_CONTINUE -> Optional.of(proof(text(request)));
                case SASL_FINAL -> {
                    scram().serverFinalMessage(text(request));
                    yield Optional.empty();
                }
                default ->
                    throw refused("postgres demands a kind of login that hbprobe does not have (number "
                            + request.number() + "); it has passwords in clear, as MD5 and by SCRAM-SHA-256");
            };
        } catch (ScramException | ScramRuntimeException | IllegalArgumentException e) {
            throw refused("postgres and hbprobe don't come to a login by SCRAM: "
                    + Sayings.printable(String.valueOf(e.getMessage())));
        }
    }

    private static String text(PostgresMessage request) {
        return new String(request.afterNumber(), StandardCharsets.UTF_8);
    }

    private String secret() throws RefusedException {
        if (password.isEmpty() || password.get().isEmpty()) {
            throw refused("postgres demands a password for user '" + user + "'; give it in the target"
                    + " (postgres://USER:PASSWORD@host), with --password-file or HBPROBE_PASSWORD");
        }
        return password.get();
    }

    private ByteBuf begin(List<String> mechanisms) throws RefusedException {
        ScramClient client = ScramClient.builder()
                .advertisedMechanisms(mechanisms)
                .username("*") // the server knows it from the first message, and ignores this one
                .password(secret().toCharArray())
                .build();
        scram = client;
        return PostgresRequest.saslBegin(
                client.getScramMechanism().getName(),
                client.clientFirstMessage().toString());
    }

    private ByteBuf proof(String challenge) throws RefusedException, ScramException {
        ScramClient client = scram();
        int iterations = client.serverFirstMessage(challenge).getIterationCount();
        if (iterations > MOST_ITERATIONS) {
            throw refused("postgres demands " + iterations + " iterations of SCRAM; more than " + MOST_ITERATIONS
                    + " would disturb the measurement");
        }
        return PostgresRequest.saslContinue(client.clientFinalMessage().toString());
    }

    private ScramClient scram() throws RefusedException {
        if (scram == null) {
            throw refused("postgres goes on with a login that it has not begun");
        }
        return scram;
    }

    /** The digest of the digest, with a salt. */
    private String md5(String secret, byte[] salt) {
        byte[] stored = digest((secret + user).getBytes(StandardCharsets.UTF_8));
        byte[] hex = HexFormat.of().formatHex(stored).getBytes(StandardCharsets.US_ASCII);
        byte[] salted = Arrays.copyOf(hex, hex.length + salt.length);
        System.arraycopy(salt, 0, salted, hex.length, salt.length);
        return "md5" + HexFormat.of().formatHex(digest(salted));
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("MD5").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    private static RefusedException refused(String message) {
        return new RefusedException(new Problem("login", message));
    }
}
