package hbprobe.cli;

import hbprobe.model.Durations;
import hbprobe.model.ExitCode;
import hbprobe.model.Limits;
import hbprobe.model.ResponderEvent;
import hbprobe.model.TargetSpec;
import hbprobe.net.Addresses;
import hbprobe.net.HostNetwork;
import hbprobe.net.Resolver;
import hbprobe.net.TlsSettings;
import hbprobe.net.TlsSetup;
import hbprobe.report.Format;
import hbprobe.report.Json;
import hbprobe.responder.Responder;
import hbprobe.responder.ResponderSettings;
import hbprobe.responder.StunService;
import hbprobe.runtime.Host;
import hbprobe.runtime.Signals;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The far end: echo responder. */
@Command(
        name = "respond",
        description = "Be the far end: echo what comes, and obey a prober's orders about its own flows.",
        mixinStandardHelpOptions = true,
        versionProvider = VersionProvider.class,
        sortOptions = false,
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:ended by --once or --max-duration",
            "2:usage or configuration error",
            "3:could not listen",
            "70:a defect in hbprobe",
            "130, 143:interrupted, terminated"
        },
        footerHeading = "%nFormats: text, ndjson (the event log, one line an event).%n%nExamples:%n",
        footer = {
            "  hbprobe respond",
            "  hbprobe respond --listen 192.0.2.7 -p 7400 --token-file /etc/hbprobe/token",
            "  hbprobe respond -o ndjson=events.ndjson",
            "  hbprobe respond --stun --listen 192.0.2.7 --listen 192.0.2.8"
        })
final class RespondCommand implements Callable<Integer> {
    private final Host host;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--listen", paramLabel = "ADDR", description = "Address to listen on; repeatable. Default: all.")
    private List<String> listen = new ArrayList<>();

    @Option(
            names = {"-p", "--port"},
            paramLabel = "N",
            description = "Port; 0 takes any free one. Default: 7400.")
    private int port = TargetSpec.DEFAULT_PORT;

    @Option(names = "--no-udp", fallbackValue = Cli.ON, description = "Listen on TCP alone.")
    private boolean noUdp;

    @Option(
            names = "--stun",
            fallbackValue = Cli.ON,
            description = "Answer STUN, too, on UDP ports 3478 and 3479: for 'hbprobe nat'. How a NAT maps and filters"
                    + " shows with two --listen addresses of one family. Its answers are longer than its requests, so"
                    + " their rate is limited. Default: off.")
    private boolean stun;

    @Option(names = "--once", fallbackValue = Cli.ON, description = "End when the first client is gone.")
    private boolean once;

    @Option(
            names = "--max-duration",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "End after this long.")
    private @Nullable Duration maxDuration;

    @Option(names = "--max-flows", paramLabel = "N", description = "Flows held at once. Default: 100000.")
    private int maxFlows = Limits.RESPONDER_FLOWS;

    @Option(
            names = "--max-flows-per-address",
            paramLabel = "N",
            description = "Flows held at once for one client address. Default: 2000.")
    private int maxFlowsPerAddress = Limits.RESPONDER_FLOWS_PER_ADDRESS;

    @Option(
            names = "--max-delay",
            paramLabel = "D",
            converter = DurationConverter.class,
            description = "Longest delay that can be ordered. Default: 3h.")
    private Duration maxDelay = Limits.RESPONDER_DELAY;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Speak TLS, too, on the same port; PEM file with the certificate, its issuers behind it.")
    private @Nullable Path cert;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "PEM file with the certificate's key, PKCS#8, unencrypted. Default: in that of --cert.")
    private @Nullable Path key;

    @Mixin
    private TokenOptions tokenOptions = new TokenOptions();

    @Mixin
    private OutputOptions outputOptions = new OutputOptions();

    RespondCommand(Host host) {
        this.host = host;
    }

    @Override
    public Integer call() {
        CommandLine command = spec.commandLine();
        ResponderSettings settings = settings(command);
        List<Output> outputs = outputOptions.checked(command, Set.of(Format.TEXT, Format.NDJSON));
        CompletableFuture<Signals.Stop> stopped = new CompletableFuture<>();
        try (HostNetwork network = HostNetwork.open(host.variable(TestSwitches.TRANSPORT), HostNetwork.Local.ANY)) {
            Optional<StunService> stunService =
                    stun ? Optional.of(StunService.start(settings.listen(), network)) : Optional.empty();
            Responder responder = Responder.start(settings, network, events(outputs), host.wall());
            Signals.listen(stop -> {
                stopped.complete(stop);
                responder.stop();
            });
            if (!outputOptions.quiet) {
                responder.limits().forEach(limit -> host.err().println("limit: " + limit));
                stunService.ifPresent(
                        service -> service.limits().forEach(limit -> host.err().println("limit: " + limit)));
            }
            responder.addresses().forEach(address -> host.err().println("listening on " + Addresses.print(address)));
            responder
                    .datagramAddresses()
                    .forEach(address -> host.err().println("listening on " + Addresses.print(address) + " (udp)"));
            stunService.ifPresent(service -> service.addresses()
                    .forEach(address -> host.err().println("listening on " + Addresses.print(address) + " (stun)")));
            host.err().flush();
            responder.stopped().join();
            stunService.ifPresent(StunService::close);
        } catch (IOException e) {
            host.err().println("hbprobe respond: " + e.getMessage());
            return ExitCode.UNREACHABLE;
        }
        return Optional.ofNullable(stopped.getNow(null))
                .map(Signals.Stop::exitCode)
                .orElse(ExitCode.ANSWERED);
    }

    private ResponderSettings settings(CommandLine command) {
        if (port < 0 || port > 65_535) {
            throw new ParameterException(command, "--port " + port + " is not between 0 and 65535");
        }
        if (maxFlows < 1 || maxFlowsPerAddress < 1) {
            throw new ParameterException(command, "--max-flows and --max-flows-per-address are at least 1");
        }
        if (maxDelay.compareTo(Limits.LONGEST_IDLE) > 0) {
            throw new ParameterException(
                    command,
                    "--max-delay " + Durations.print(maxDelay) + " is above the most, "
                            + Durations.print(Limits.LONGEST_IDLE));
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (String name : listen) {
            try {
                addresses.add(Resolver.resolve(name, Resolver.Family.ANY));
            } catch (UnknownHostException e) {
                throw new ParameterException(command, "--listen: " + e.getMessage());
            }
        }
        return new ResponderSettings(
                addresses,
                port,
                !noUdp,
                maxFlows,
                maxFlowsPerAddress,
                maxDelay,
                tokenOptions.token(host, command),
                tls(command),
                once,
                Optional.ofNullable(maxDuration));
    }

    private Optional<TlsSetup> tls(CommandLine command) {
        if (cert == null && key == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(TlsSetup.ofServer(new TlsSettings(
                    Optional.empty(), Optional.ofNullable(cert), Optional.ofNullable(key), Optional.empty(), false)));
        } catch (TlsSetup.UnusableException e) {
            throw new ParameterException(command, String.valueOf(e.getMessage()));
        }
    }

    private Consumer<ResponderEvent> events(List<Output> outputs) {
        List<PrintStream> logs = new ArrayList<>();
        for (Output output : outputs) {
            if (output.format() == Format.NDJSON) {
                logs.add(output.file().map(this::open).orElse(host.out()));
            }
        }
        boolean verbose = outputOptions.verbosity() >= Verbosity.EVENTS;
        return event -> {
            for (PrintStream log : logs) {
                log.print(Json.line(event, ResponderEvent.class));
                log.flush();
            }
            if (verbose) {
                host.err().println(event.type() + words(event.flow()) + words(event.address()) + words(event.detail()));
            }
        };
    }

    private static String words(@Nullable String text) {
        return text == null ? "" : " " + text;
    }

    /** Appended to as it goes: a log can't be written at the end and renamed. */
    private PrintStream open(Path file) {
        try {
            return new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("write '" + file + "'", e);
        }
    }
}
