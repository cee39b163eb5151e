package hbprobe.cli;

/** The configuration file can't be used; the message says where and why. */
final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ConfigException(String message) {
        super(message);
    }
}
