package hbprobe.model;

import java.util.Optional;

/**
 * Who logs in at a server.
 *
 * @param user empty: nobody in particular
 * @param password never printed
 */
public record Login(Optional<String> user, Optional<String> password) {
    /** Nobody in particular. */
    public static final Login NONE = new Login(Optional.empty(), Optional.empty());

    /** The same with a password, unless there is one already. */
    public Login orPassword(Optional<String> otherwise) {
        return new Login(user, password.or(() -> otherwise));
    }

    @Override
    public String toString() {
        return "Login[user=" + user.orElse("none") + ", password=" + (password.isPresent() ? "set" : "none") + "]";
    }
}
