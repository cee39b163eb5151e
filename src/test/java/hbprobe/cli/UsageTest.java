package hbprobe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.runtime.Host;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input: exit code 2, nothing on stdout, and on stderr what is wrong and the way out. */
class UsageTest {
    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    private static Ended run(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Host host = new Host(
                environment,
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false,
                false,
                InstantSource.system());
        int exitCode = Cli.run(host, args);
        return new Ended(exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private static Arguments of(String args, String... wanted) {
        return Arguments.of(args, wanted);
    }

    static Stream<Arguments> badInput() {
        return Stream.of(
                of("", "say what to do"),
                of("mesure hb://h", "mesure", "measure"),
                of("measure", "TARGET"),
                of("measure h:0", "port 0", "between 1 and 65535"),
                of("measure h:70000", "port 70000", "between 1 and 65535"),
                of("measure h:", "the port after ':' is missing"),
                of("measure h", "the port is missing", "h:7400"),
                of("measure h:ssh", "'ssh' is not a port number"),
                of("measure 2001:db8::7", "[2001:db8::7]:7400"),
                of("measure hb://", "the host is missing"),
                of("measure tcp://h", "the port is missing", "tcp://"),
                of("measure tcp://h:1 --min 500ms", "500ms", "tcp://", "1s"),
                of("measure tcp://h:1 -i 2s,900ms", "900ms", "tcp://", "1s"),
                of("measure tcp://h:1 --direction server-first", "--direction server-first", "hbprobe respond"),
                of("measure echo://h --direction server-first", "--direction server-first", "hbprobe respond"),
                of("measure tcp://h:1 -W 2s", "--reply-timeout 2s", "3s", "one unanswered"),
                of("measure gopher://h:1", "gopher", "hb"),
                of("check", "which target?", "--file"),
                of("check hb://h", "nothing is expected", "--idle-at-least"),
                of("check hb://h --idle-at-lest 5s", "--idle-at-lest", "--idle-at-least"),
                of("check hb://h --idle-at-least 0", "--idle-at-least 0s", "100ms"),
                of("check hb://h --idle-at-least 9s --idle-at-most 9s", "no path holds both"),
                of("check hb://h --idle-at-least 9s --ending fin", "--ending", "--idle-at-most"),
                of("check hb://h --idle-at-most 9s --ending loud", "'loud'", "silent, reset or fin"),
                of("check hb://h --detect-within 2h", "--detect-within 2h", "1h"),
                of("check hb://h --rtt-p99-below 4s", "--rtt-p99-below 4s", "3s"),
                of("check hb://h --idle-at-least 9s --retries 11", "--retries 11", "between 0 and 10"),
                of("check hb://h --idle-at-least 9s --validate", "--validate", "--file"),
                of("check hb://h --idle-at-least 9s --group a", "--group", "--file"),
                of("check hb://h --file x.yaml", "exclude each other"),
                of("check --file x.yaml --idle-at-least 9s", "--idle-at-least stands in the file", "defaults:"),
                of("check hb://h --baseline none.json", "none.json", "there is no such file", "hbprobe measure"),
                of("measure hb://h --max 5x", "--max", "5x", "1h30m"),
                of("measure hb://h --min -3s", "-3s"),
                of("measure hb://h --max=-3s", "-3s"),
                of("measure hb://h --max 1e9h", "1e9h"),
                of("measure hb://h --max 99999999999h", "longer than ten years"),
                of("measure hb://h --max 1,5", "1,5"),
                of("measure hb://h --max 30d", "--max", "above the most, 168h"),
                of("measure hb://h --min 10m --max 5m", "--min 10m is above --max 5m"),
                of("measure hb://h --min 1ms", "--min 1ms is below the least, 100ms"),
                of("measure hb://h --resolution 0", "--resolution 0%", "between 0.1% and 100%"),
                of("measure hb://h --resolution 200%", "--resolution 200%", "between 0.1% and 100%"),
                of("measure hb://h --resolution fine", "'fine' is not a percentage"),
                of("measure hb://h -i 1s,two,3s", "two"),
                of("measure hb://h -i 1s --strategy bisect", "--intervals"),
                of("measure hb://h --max-flows 100000", "--max-flows 100000 is not between 1 and 20000"),
                of("measure hb://h --max-flows 1", "a ladder needs 4", "--strategy bisect"),
                of("measure hb://h --max-flows many", "--max-flows", "many"),
                of("measure hb://h --open-rate 0", "--open-rate 0"),
                of("measure hb://h --open-rate fast", "'fast' is not a rate"),
                of("measure hb://h --direction up", "'up' is not client-first, server-first or both"),
                of("measure hb://h --strategy guess", "guess", "ladder"),
                of("measure hb://h --confirm -1", "-1"),
                of("measure hb://h --repeat 0", "--repeat 0"),
                of("measure hb://h -W 1ms", "--reply-timeout 1ms is below the least"),
                of("measure hb://h -4 -6", "mutually exclusive"),
                of("measure hb://h --resolutoin 2%", "--resolutoin", "--resolution"),
                of("measure hb://h -o yaml", "'yaml' is no format"),
                of("measure hb://h -o jsn", "did you mean 'json'?"),
                of("measure hb://h -o json -o text", "only one format can go to stdout"),
                of("measure hb://h -o json=", "the file after '=' is missing"),
                of("measure hb://h -o json=/nowhere/at/all.json", "/nowhere/at/all.json", "does not exist"),
                of("measure hb://h --token-file /nowhere/token", "/nowhere/token", "no such file"),
                of("measure hb://h --config /nowhere/c.yaml", "/nowhere/c.yaml", "no such file"),
                of("measure hb://h hb://other", "hb://other"),
                of("detect", "which target?", "--trace FILE"),
                of("detect hb://h --trace /nowhere/run.ndjson", "exclude each other"),
                of("detect --trace /nowhere/run.ndjson", "/nowhere/run.ndjson", "no such file"),
                of("detect hb://h --mechanism app-eco", "'app-eco' is no mechanism", "did you mean 'app-echo'?"),
                of("detect hb://h --fault blackhol", "'blackhol' is no fault", "did you mean 'blackhole'?"),
                of("detect hb://h --fault loss", "how many percent", "loss:20"),
                of("detect hb://h --fault loss:100", "above 0 and below 100"),
                of("detect hb://h --fault blackhole:0", "it must last"),
                of("detect hb://h --fault hang:5s", "takes nothing after a colon"),
                of("detect hb://h --detector ph", "'ph' is no detector", "did you mean 'phi'?"),
                of("detect hb://h --phi 0", "--phi", "above 0"),
                of("detect hb://h --phi high", "--phi", "high"),
                of("detect hb://h --sweep beat=40s,each=45s", "'each=45s' is not one of beat=", "every="),
                of("detect hb://h --sweep beat=5x", "5x"),
                of("detect hb://h --sweep beat=1ms", "--sweep beat 1ms is below the least"),
                of("detect hb://h --keepalive idle=500ms", "idle=500ms", "whole seconds"),
                of("detect hb://h --keepalive count=0", "count=0", "between 1 and 127"),
                of("detect hb://h --keepalive idle=1s,idle=2s", "'idle' is given twice"),
                of("detect hb://h --misses 0", "--misses 0 is not between 1 and 100"),
                of("detect hb://h -i 1ms", "--interval 1ms is below the least, 100ms"),
                of("detect hb://h --echo-timeout 0", "--echo-timeout 0s is below the least"),
                of("detect hb://h --trials 0", "--trials 0 is not between 1 and 1000"),
                of("detect hb://h --trials 1000", "more than the 2000", "fewer --trials"),
                of("detect hb://h --cap 2h", "--cap 2h is above the most, 1h"),
                of("detect hb://h -o yaml", "'yaml' is no format"),
                of("compare", "TARGET"),
                of("compare hb://h --user-timeout 1ms", "--user-timeout 1ms is below the least"),
                of("compare hb://h --idle-timeout 1ms", "--idle-timeout 1ms is below the least"),
                of("report", "FILE"),
                of("report /nowhere/run.json", "/nowhere/run.json", "there is no such file"),
                of("report /nowhere/run.json -o xml", "'xml' is no format", "junit"),
                of("report /nowhere/run.json -o csv -o tap", "only one format can go to stdout"),
                of("respond -p 70000", "--port 70000"),
                of("respond --max-delay 30d", "--max-delay"),
                of("respond --max-flows 0", "at least 1"),
                of("respond -o json", "cannot write json"),
                of("advise", "which timeout?", "--idle-timeout", "--from FILE"),
                of("advise --idle-timeout 5x", "5x", "1h30m"),
                of("advise --idle-timeout 50ms", "--idle-timeout 50ms is below the least, 100ms"),
                of("advise --idle-timeout 8d", "--idle-timeout 192h is above the most, 168h"),
                of("advise --idle-timeout 300ms", "is over before a lost heartbeat is sent again", "450ms or longer"),
                of("advise --idle-timeout 60s --rtt 2h", "--rtt 2h is above the most, 1m"),
                of("advise --idle-timeout 60s --rtt -1s", "-1s"),
                of("advise --idle-timeout 60s --loss 100", "--loss 100.0% is not below 100%"),
                of("advise --idle-timeout 60s --loss much", "'much' is not a percentage"),
                of("advise --idle-timeout 60s --detect-within 90ms", "--detect-within 90ms", "250ms or more"),
                of("advise --idle-timeout 60s --detect-within 9d", "--detect-within 216h is above the most"),
                of("advise --idle-timeout 60s --stack ngnix", "'ngnix' is no stack", "did you mean 'nginx'?"),
                of("advise --idle-timeout 60s --stack", "--stack"),
                of("advise --idle-timeout 60s --from run.json", "exclude each other"),
                of("advise --idle-timeout 60s hb://h", "hb://h"),
                of("advise --idle-timout 60s", "--idle-timout", "--idle-timeout"),
                of("advise --from /nowhere/run.json", "/nowhere/run.json", "there is no such file"),
                of("advise --from -", "stdin", "it is not JSON"),
                of("lab", "hbprobe lab run"),
                of("lab run", "ARGS"),
                of("lab run --idle-timeout 1500ms -- measure hb://server", "whole seconds"),
                of("lab run --hops 99 -- measure hb://server", "1 to 16 hops"),
                of("lab run --pick-up maybe -- measure hb://server", "maybe"),
                of("demo --idle-timeout 0", "at least 1s"),
                of("completion tcsh", "tcsh", "bash"));
    }

    @ParameterizedTest
    @MethodSource("badInput")
    void badInputNamesTheValueAndTheWayOut(String args, String[] wanted) {
        Ended ended = run(Map.of(), args.isEmpty() ? new String[0] : args.split(" ", -1));

        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(2);
        assertThat(ended.out()).isEmpty();
        assertThat(Arrays.asList(wanted))
                .allSatisfy(words -> assertThat(ended.err()).contains(words));
        assertThat(ended.err()).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(ended.err().lines().count()).as("short enough to read").isLessThanOrEqualTo(6);
    }

    @Test
    void aFolderIsNoOutputFile() {
        Ended ended = run(Map.of(), "measure", "hb://h", "-o", "json=" + folder);

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("is a folder");
    }

    @Test
    void anUnknownKeyInTheConfigurationFileIsToldWithItsLineAndTheNearestName() throws Exception {
        Path config = Files.writeString(folder.resolve("hbprobe.yaml"), "max: 5m\nmeasure:\n  max-flow: 12\n");
        Ended ended = run(Map.of(), "measure", "hb://h", "--plan", "--config", config.toString());

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains(config + ":3:").contains("max-flow").contains("did you mean 'max-flows'?");
    }

    @Test
    void aBadValueInTheEnvironmentIsToldLikeOneOnTheCommandLine() {
        Ended ended = run(Map.of("HBPROBE_MAX", "soon"), "measure", "hb://h", "--plan");

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("soon").contains("--max");
    }

    @Test
    void theCommandLineWinsOverTheEnvironmentAndThatOverTheFile() throws Exception {
        Path config = Files.writeString(folder.resolve("hbprobe.yaml"), "measure:\n  max: 7m\n");
        String file = config.toString();

        assertThat(run(Map.of(), "measure", "hb://h", "--plan", "--config", file)
                        .out())
                .contains("to 7m");
        assertThat(run(Map.of("HBPROBE_MAX", "8m"), "measure", "hb://h", "--plan", "--config", file)
                        .out())
                .contains("to 8m");
        assertThat(run(Map.of("HBPROBE_MAX", "8m"), "measure", "hb://h", "--plan", "--config", file, "--max", "9m")
                        .out())
                .contains("to 9m");
    }

    @Test
    void thePlanSaysWhatItWouldCost() {
        Ended ended = run(Map.of(), "measure", "hb://h", "--plan");

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out())
                .contains("flows")
                .containsPattern("at most (50\\d|51[0-2]) open at once")
                .contains("worst case")
                .contains("packets");
        assertThat(ended.out().lines())
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(80));
    }
}
