package hbprobe.cli;

import hbprobe.runtime.Host;

/**
 * What people run most, in one JVM, for the archive of loaded classes that a start is quicker with: the help, and a
 * measurement that a port refuses on which nobody listens. The launcher runs it; it is no command.
 */
final class Training {
    private Training() {}

    public static void main(String[] args) {
        require(Main.class); // which a start begins with
        Host host = Host.system();
        Cli.run(host, "--help");
        Cli.run(host, "measure", "--help");
        Cli.run(host, "measure", "--intervals", "0.1s", "hb://127.0.0.1:1");
    }

    private static void require(Class<?> loaded) {
        try {
            Class.forName(loaded.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("load " + loaded, e);
        }
    }
}
