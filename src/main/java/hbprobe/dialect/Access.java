package hbprobe.dialect;

import hbprobe.model.Login;
import hbprobe.model.TargetSpec;
import hbprobe.net.TlsSetup;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a dialect needs to be let in.
 *
 * @param target as the user named it
 * @param token that a responder may demand
 * @param pushPath path at which an HTTP server answers late, {@code {seconds}} standing for how late
 * @param client TLS as the user wants it, made when it is first needed
 * @param anybody the same with any certificate being good enough
 */
public record Access(
        TargetSpec target,
        Optional<String> token,
        Optional<String> pushPath,
        Supplier<TlsSetup> client,
        Supplier<TlsSetup> anybody) {

    /** Who logs in. */
    public Login login() {
        return target.login();
    }

    /** TLS as the user wants it. */
    public TlsSetup tls() {
        return client.get();
    }

    @Override
    public String toString() {
        return "Access[" + target.uri() + "]";
    }
}
