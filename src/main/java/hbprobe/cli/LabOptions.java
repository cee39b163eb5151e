package hbprobe.cli;

import hbprobe.lab.LabSettings;
import hbprobe.lab.LabSettings.Box;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.Filtering;
import hbprobe.lab.LabSettings.Hairpin;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.lab.LabSettings.Rejection;
import hbprobe.lab.LabSettings.Udp;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What the lab's middlebox is like. */
final class LabOptions {
    @Option(
            names = "--idle-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of the middlebox, whole seconds. Default: 8s.")
    private Duration idleTimeout = LabSettings.defaults().idleTimeout();

    @Option(
            names = "--ending",
            paramLabel = "HOW",
            converter = RejectionWord.class,
            completionCandidates = RejectionWord.class,
            description = "Answer to the client's packets after expiry: silent, reset. Default: silent.")
    private Rejection ending = Rejection.SILENT;

    @Option(
            names = "--pick-up",
            paramLabel = "SWITCH",
            converter = PickUpWord.class,
            completionCandidates = PickUpWord.class,
            description = "Whether a packet in mid-stream founds a new flow: on, off. Default: on.")
    private PickUp pickUp = PickUp.ON;

    /** The NAT host's own input. */
    enum Input {
        /** Dropped. */
        DROP,
        /** Answered: with RST. */
        OPEN
    }

    @Option(
            names = "--nat-input",
            paramLabel = "WHAT",
            converter = InputWord.class,
            completionCandidates = InputWord.class,
            description = "The NAT host's own input, which gets the server's packets after expiry: drop, or open: it"
                    + " answers with RST. Default: drop.")
    private Input natInput = Input.DROP;

    @Option(
            names = "--server-firewall",
            fallbackValue = Cli.ON,
            description = "The middlebox guards the server, and translates nothing.")
    private boolean serverFirewall;

    @Option(
            names = "--ipv6",
            fallbackValue = Cli.ON,
            description = "The whole path is IPv6: a stateful filter, no translation.")
    private boolean ipv6;

    @Option(names = "--hops", paramLabel = "N", description = "Routers between client and middlebox. Default: 1.")
    private int hops = 1;

    @Option(
            names = "--udp-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of UDP flows that nobody has answered for two seconds, whole seconds. Default:"
                    + " the same as for TCP.")
    private @Nullable Duration udpTimeout;

    @Option(
            names = "--udp-stream-timeout",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Idle timeout of UDP flows that carried traffic both ways for two seconds. Default: the same"
                    + " as for TCP.")
    private @Nullable Duration udpStreamTimeout;

    @Option(
            names = "--nat-ports",
            paramLabel = "PORTS",
            converter = PortsWord.class,
            completionCandidates = PortsWord.class,
            description = "How the NAT chooses the outside port of a new flow: preserved, random. Default: preserved.")
    private Ports natPorts = Ports.PRESERVED;

    @Option(
            names = "--nat-filtering",
            paramLabel = "WHOM",
            converter = FilteringWord.class,
            completionCandidates = FilteringWord.class,
            description = "Whose datagrams get through to a port that the client uses: address-and-port, those it has"
                    + " sent to; address, from any port of theirs; open, everybody's. Default: address-and-port.")
    private Filtering natFiltering = Filtering.ADDRESS_AND_PORT;

    @Option(
            names = "--nat-hairpin",
            fallbackValue = Cli.ON,
            description = "The client reaches itself at the NAT's outside address, over UDP.")
    private boolean natHairpin;

    static final class FilteringWord extends WordOf<Filtering> {
        FilteringWord() {
            super(Filtering.class);
        }
    }

    static final class RejectionWord extends WordOf<Rejection> {
        RejectionWord() {
            super(Rejection.class);
        }
    }

    static final class PickUpWord extends WordOf<PickUp> {
        PickUpWord() {
            super(PickUp.class);
        }
    }

    static final class InputWord extends WordOf<Input> {
        InputWord() {
            super(Input.class);
        }
    }

    static final class PortsWord extends WordOf<Ports> {
        PortsWord() {
            super(Ports.class);
        }
    }

    /** @throws ParameterException when the kernel could not play that */
    LabSettings settings(CommandLine command) {
        try {
            return new LabSettings(
                    idleTimeout,
                    ending,
                    natInput == Input.OPEN ? Rejection.RESET : Rejection.SILENT,
                    pickUp,
                    serverFirewall ? Box.SERVER_FIREWALL : Box.NAT,
                    ipv6 ? Family.IPV6 : Family.IPV4,
                    hops,
                    new Udp(
                            Optional.ofNullable(udpTimeout),
                            Optional.ofNullable(udpStreamTimeout),
                            natPorts,
                            natFiltering,
                            natHairpin ? Hairpin.ON : Hairpin.OFF));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }

    /** The middlebox in words. */
    static String describe(LabSettings settings) {
        return (settings.box() == Box.NAT ? "NAT" : "firewall at the server's side") + ", idle timeout "
                + hbprobe.model.Durations.print(settings.idleTimeout()) + ", pick-up "
                + settings.pickUp().name().toLowerCase(Locale.ROOT);
    }
}
