package hbprobe.cli;

import hbprobe.net.HostNetwork;
import hbprobe.runtime.Build;
import hbprobe.runtime.Host;
import picocli.CommandLine.IVersionProvider;

/** What {@code -V} prints. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {
            "hbprobe " + Build.version(),
            "Java " + Host.java() + ", " + Host.os() + ", transport " + HostNetwork.availableTransport()
        };
    }
}
