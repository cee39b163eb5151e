package hbprobe.lab;

import hbprobe.runtime.Host;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The commands that the lab is made of, and where they are. */
final class Tools {
    /** Where Debian keeps what only root is expected to call; an ordinary user's PATH lacks these. */
    private static final List<String> SYSTEM_FOLDERS = List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

    /** Command to Debian package. */
    private static final Map<String, String> NEEDED = new LinkedHashMap<>();

    static {
        NEEDED.put("ip", "iproute2");
        NEEDED.put("nft", "nftables");
        NEEDED.put("unshare", "util-linux");
        NEEDED.put("nsenter", "util-linux");
        NEEDED.put("setsid", "util-linux");
        NEEDED.put("mount", "mount");
    }

    private final List<String> folders;

    private Tools(Set<String> folders) {
        this.folders = List.copyOf(folders);
    }

    /** Those of this machine. */
    static Tools ofThisMachine() {
        Set<String> folders = new LinkedHashSet<>();
        String path = Host.system().variable("PATH").orElse("/usr/local/bin:/usr/bin:/bin");
        folders.addAll(Arrays.stream(path.split(":", -1)).toList());
        folders.addAll(SYSTEM_FOLDERS);
        return new Tools(folders);
    }

    /** Those in this folder only. */
    static Tools in(Path folder) {
        return new Tools(Set.of(folder.toString()));
    }

    /** The same, but looked for in this folder first. */
    Tools after(Path folder) {
        Set<String> all = new LinkedHashSet<>(List.of(folder.toString()));
        all.addAll(folders);
        return new Tools(all);
    }

    /** What the lab can't do without and this machine lacks, in one line; empty when all is there. */
    Optional<String> missing() {
        return allMissing().stream().findFirst();
    }

    /** The same, a line for each command. */
    List<String> allMissing() {
        return NEEDED.keySet().stream()
                .map(this::missing)
                .flatMap(Optional::stream)
                .toList();
    }

    private Optional<String> missing(String command) {
        return has(command) ? Optional.empty() : Optional.of(missing(command, NEEDED.getOrDefault(command, command)));
    }

    /** How the lack of a command is told. */
    static String missing(String command, String debianPackage) {
        return command + " is missing (Debian package " + debianPackage + ")";
    }

    /** Whether a command is there. */
    boolean has(String command) {
        return paths(command).anyMatch(Files::isExecutable);
    }

    /** The path of a command; its bare name when it is missing, so that the attempt to run it says so. */
    String locate(String command) {
        return paths(command)
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst()
                .orElse(command);
    }

    private Stream<Path> paths(String command) {
        return folders.stream().map(folder -> Path.of(folder, command));
    }

    /** The folders as a value of PATH. */
    String path() {
        return String.join(":", folders);
    }
}
