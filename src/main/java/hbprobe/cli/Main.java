package hbprobe.cli;

import hbprobe.runtime.Host;

/** Where the process begins and ends. */
public final class Main {
    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] args) {
        System.exit(Cli.run(Host.system(), args));
    }
}
