package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.lab.LabControl;
import hbprobe.net.Resolver;
import hbprobe.runtime.Host;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Where a value comes from: the command line before the environment, the environment before the default. */
class DefaultsTest {
    /** Left to itself picocli turns a flag into the opposite of its default, and so off what the environment put on. */
    @ParameterizedTest
    @CsvSource({
        "measure, --refine, HBPROBE_REFINE",
        "measure, --json, HBPROBE_JSON",
        "measure, --quiet, HBPROBE_QUIET",
        "respond, --once, HBPROBE_ONCE",
        "demo, --relay, HBPROBE_RELAY"
    })
    void aFlagIsOnWhicheverPutItOn(String command, String flag, String variable) {
        assertThat(flag(Map.of(), command, flag)).isFalse();
        assertThat(flag(Map.of(), command, flag, flag)).isTrue();
        assertThat(flag(Map.of(variable, "true"), command, flag)).isTrue();
        assertThat(flag(Map.of(variable, "true"), command, flag, flag)).isTrue();
        assertThat(flag(Map.of(variable, "false"), command, flag, flag)).isTrue();
    }

    @Test
    void noFlagIsForgotten() {
        Host nobody = host(Map.of());
        checkFlags(Cli.commandLine(nobody, Optional.empty()));
    }

    /** What a lab tells a command in it must not be taken for the user's default of an option. */
    @Test
    void noOptionIsCalledAfterALabsControl() {
        assertNoOptionHas(LabControl.VARIABLE, Cli.commandLine(host(Map.of()), Optional.empty()));
    }

    private static void assertNoOptionHas(String variable, CommandLine command) {
        assertThat(command.getCommandSpec().options())
                .allSatisfy(option -> assertThat(Defaults.variableOf(option)).isNotEqualTo(variable));
        command.getSubcommands().values().forEach(subcommand -> assertNoOptionHas(variable, subcommand));
    }

    private static void checkFlags(CommandLine command) {
        assertThat(command.getCommandSpec().options())
                .filteredOn(option -> (option.type() == boolean.class || option.type() == Boolean.class)
                        && !option.usageHelp()
                        && !option.versionHelp())
                .allSatisfy(option ->
                        assertThat(option.fallbackValue()).as(option.toString()).isEqualTo(Cli.ON));
        command.getSubcommands().values().forEach(DefaultsTest::checkFlags);
    }

    private static boolean flag(Map<String, String> env, String command, String flag, String... args) {
        CommandLine parsed = parsed(env, command, args);
        OptionSpec option = parsed.getCommandSpec().findOption(flag);
        return Boolean.TRUE.equals(option.getValue());
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', ANY",
        "'', -4, V4",
        "'', -6, V6",
        "HBPROBE_IPV4, '', V4",
        "HBPROBE_IPV6, '', V6",
        "HBPROBE_IPV6, -6, V6",
        "HBPROBE_IPV6, -4, V4",
        "HBPROBE_IPV4, -6, V6"
    })
    void theFamilyComesFromTheCommandLineFirst(String variable, String option, Resolver.Family family) {
        CommandLine measure = parsed(
                variable.isEmpty() ? Map.of() : Map.of(variable, "true"),
                "measure",
                option.isEmpty() ? new String[0] : new String[] {option});

        CommandSpec target = measure.getCommandSpec().mixins().get("targetOptions");
        NetworkOptions options =
                (NetworkOptions) target.mixins().get("networkOptions").userObject();

        assertThat(options.family(measure)).isEqualTo(family);
    }

    private static CommandLine parsed(Map<String, String> env, String command, String... args) {
        List<String> words = new ArrayList<>(List.of(command));
        words.addAll(List.of(args));
        if (command.equals("measure")) {
            words.add("hb://server");
        }
        Host host = host(env);
        CommandLine root = Cli.commandLine(host, Optional.of(words));
        root.parseArgs(words.toArray(String[]::new));
        return root.getSubcommands().get(command);
    }

    private static Host host(Map<String, String> env) {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return new Host(env, InputStream.nullInputStream(), nowhere, nowhere, false, false, InstantSource.system());
    }
}
