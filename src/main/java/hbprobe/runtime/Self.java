package hbprobe.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** This very program, as a command line to start another one like it. */
public final class Self {
    private static final String MAIN_CLASS = "hbprobe.cli.Main";

    private Self() {}

    /** The command line that runs hbprobe with these arguments, with the Java and the flags that run this one. */
    public static List<String> command(List<String> arguments) {
        String java = ProcessHandle.current()
                .info()
                .command()
                .orElse(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        List<String> command = new ArrayList<>(List.of(java));
        List<String> own =
                Arrays.asList(ProcessHandle.current().info().arguments().orElse(new String[0]));
        int jar = own.indexOf("-jar");
        if (jar >= 0 && jar + 1 < own.size()) {
            command.addAll(own.subList(0, jar + 1));
            command.add(Path.of(own.get(jar + 1)).toAbsolutePath().toString());
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN_CLASS));
        }
        command.addAll(arguments);
        return command;
    }
}
