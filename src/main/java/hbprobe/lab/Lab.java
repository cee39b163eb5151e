package hbprobe.lab;

import hbprobe.runtime.Host;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A real middlebox on this machine: hosts in a row, each a network namespace, the one next to the server a NAT or a
 * firewall of the kernel's own. No root is needed where the kernel lets users have namespaces.
 *
 * <p>One process, the holder, keeps the namespaces and waits for the end of its stdin. So the lab goes, with every
 * process in it, when it is closed and also when this program is killed. The holder has a session of its own: Ctrl-C
 * does not reach it before the program has reported.
 *
 * <p>Commands are executed in place of {@code nsenter}, in the caller's process tree, group and terminal: their process
 * id, exit code and signals are their own. A PID namespace would let the kernel do the killing, yet {@code nsenter}
 * could enter it only as a waiting parent, which dies of Ctrl-C before its command and passes no signal on.
 */
public final class Lab implements AutoCloseable {
    /** What makes the holder's namespaces; mounts made in them stay in them. */
    private static final List<String> NAMESPACES = List.of("--net", "--mount", "--propagation", "private");

    /** On the middlebox. */
    static final String CUT_LINK = "ip link set n1 down";

    /** On the middlebox; {@link #needConntrack} goes before it. */
    static final String FLUSH = "conntrack -F";

    /** On the server, whose kernel closes nothing for that. */
    static final String LOSE_SERVER = "ip link set s0 down";

    /** How the kernel lets this process have namespaces. */
    private enum Privilege {
        /** Under a user namespace of its own, in which it is root. */
        USER_NAMESPACE,
        /** As the real root. */
        ROOT
    }

    /**
     * Which privilege a trial found.
     *
     * @param privilege empty when the kernel allows none
     * @param refusal the kernel's words in that case
     */
    private record Trial(Optional<Privilege> privilege, String refusal) {}

    private final Topology topology;
    private final Tools tools;
    private final Privilege privilege;
    private final Process holder;
    private final long holderPid;

    private Lab(Topology topology, Tools tools, Privilege privilege, Process holder, long holderPid) {
        this.topology = topology;
        this.tools = tools;
        this.privilege = privilege;
        this.holder = holder;
        this.holderPid = holderPid;
    }

    /** Empty when a lab can be built here; else one line that says what is missing and where to get it. */
    public static Optional<String> unavailableBecause() {
        return unavailableBecause(Tools.ofThisMachine());
    }

    /** Everything that stands in the way of a lab here, each with the way out; empty when one can be had. */
    public static List<String> obstacles() {
        if (!Host.isLinux()) {
            return List.of("the lab needs Linux, this is " + Host.os());
        }
        Tools tools = Tools.ofThisMachine();
        List<String> obstacles = new ArrayList<>(tools.allMissing());
        if (tools.has("unshare") && tools.has("mount")) {
            Trial trial = tryNamespaces(tools);
            if (trial.privilege.isEmpty()) {
                obstacles.add(trial.refusal);
            }
        }
        return obstacles;
    }

    static Optional<String> unavailableBecause(Tools tools) {
        if (!Host.isLinux()) {
            return Optional.of("the lab needs Linux, this is " + Host.os());
        }
        Optional<String> missing = tools.missing();
        if (missing.isPresent()) {
            return missing;
        }
        Trial trial = tryNamespaces(tools);
        return trial.privilege.isPresent() ? Optional.empty() : Optional.of(trial.refusal);
    }

    /** Kernels forbid namespaces in too many ways to ask for each: try it. */
    private static Trial tryNamespaces(Tools tools) {
        List<String> refusals = new ArrayList<>();
        for (Privilege privilege : Privilege.values()) {
            List<String> command = new ArrayList<>(unshare(privilege));
            command.addAll(List.of("mount", "-t", "tmpfs", "lab", "/run"));
            try {
                Command trial = Command.run("unshare", builder(tools, command));
                if (trial.exitCode() == 0) {
                    return new Trial(Optional.of(privilege), "");
                }
                refusals.add(Command.oneLine(trial.err().lines().toList()));
            } catch (LabException e) {
                refusals.add(String.valueOf(e.getMessage()));
            }
        }
        // The second refusal only says that this user is not root.
        return new Trial(
                Optional.empty(),
                "the kernel forbids namespaces (" + refusals.get(0)
                        + "); see user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns"
                        + " and a container's seccomp profile, or be root");
    }

    private static List<String> unshare(Privilege privilege) {
        List<String> command = new ArrayList<>(List.of("unshare"));
        if (privilege == Privilege.USER_NAMESPACE) {
            command.addAll(List.of("--user", "--map-root-user"));
        }
        command.addAll(NAMESPACES);
        return command;
    }

    private static ProcessBuilder builder(Tools tools, List<String> command) {
        // By its path, since the JVM would look it up in its own PATH.
        List<String> located = new ArrayList<>(command);
        located.set(0, tools.locate(command.get(0)));
        ProcessBuilder builder = new ProcessBuilder(located);
        builder.environment().put("PATH", tools.path());
        return builder;
    }

    /**
     * Builds it.
     *
     * @throws LabException when it can't be had here, or names the command that failed and its stderr
     */
    public static Lab start(LabSettings settings) {
        return start(settings, Tools.ofThisMachine());
    }

    static Lab start(LabSettings settings, Tools tools) {
        Optional<String> reason = Host.isLinux() ? tools.missing() : unavailableBecause(tools);
        if (reason.isPresent()) {
            throw new LabException(reason.get());
        }
        Trial trial = tryNamespaces(tools);
        Privilege privilege = trial.privilege.orElseThrow(() -> new LabException(trial.refusal));
        Topology topology = new Topology(settings);
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(unshare(privilege));
        command.addAll(List.of("sh", "-c", topology.script()));
        Process holder;
        try {
            holder = builder(tools, command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new LabException("start the lab's holder: " + e.getMessage(), e);
        }
        try {
            long pid = awaitReady(holder);
            return new Lab(topology, tools, privilege, holder, pid);
        } catch (LabException e) {
            end(holder);
            throw e;
        }
    }

    private static long awaitReady(Process holder) {
        try {
            return Command.within("build the lab", CompletableFuture.supplyAsync(() -> pidOf(holder)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("build the lab: interrupted", e);
        }
    }

    /** Reads what the holder says until it is ready, or has failed. */
    private static long pidOf(Process holder) {
        List<String> said = new ArrayList<>();
        try {
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("ready ")) {
                    return Long.parseLong(line.substring("ready ".length()));
                }
                said.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new LabException("build the lab: " + Command.oneLine(said));
    }

    /** The client's address, from a documentation range. */
    public InetAddress clientAddress() {
        return topology.client();
    }

    /** The server's address, from a documentation range. */
    public InetAddress serverAddress() {
        return topology.server();
    }

    /** The server's other address, which behaviour discovery needs. */
    public InetAddress serversOtherAddress() {
        return topology.serversOther();
    }

    /**
     * A process on a host of the lab: the caller sets redirects and starts it. It begins in this program's working
     * directory, whatever the builder's says, and with the folders of system commands in its PATH. It is killed when
     * the lab ends.
     *
     * @throws IllegalStateException when the lab is closed
     */
    public ProcessBuilder on(Node node, List<String> command) {
        if (!holder.isAlive()) {
            throw new IllegalStateException("the lab is closed");
        }
        List<String> wrapped = new ArrayList<>(List.of("nsenter", "--target", Long.toString(holderPid)));
        if (privilege == Privilege.USER_NAMESPACE) {
            wrapped.addAll(List.of("--user", "--preserve-credentials"));
        }
        wrapped.add("--mount");
        // The holder's own /run, seen from outside: nsenter opens it before it enters anything.
        wrapped.add("--net=/proc/" + holderPid + "/root/run/netns/" + node.namespace());
        // Entering a mount namespace leads to its root directory.
        wrapped.addAll(List.of("sh", "-c", "cd \"$0\" 2>/dev/null; exec \"$@\""));
        wrapped.add(Path.of("").toAbsolutePath().toString());
        wrapped.addAll(command);
        return builder(tools, wrapped);
    }

    /**
     * Runs a short command on a host.
     *
     * @return its stdout
     * @throws LabException when it fails or takes longer than 10 s
     */
    public String run(Node node, String... command) {
        String name = node.namespace() + ": " + String.join(" ", command);
        Command ended = Command.run(name, on(node, List.of(command)));
        if (ended.exitCode() != 0) {
            throw new LabException(name + ": exit code " + ended.exitCode() + ": "
                    + Command.oneLine(ended.err().lines().toList()));
        }
        return ended.out();
    }

    /** Pulls the cable between the middlebox and the server. Flows are remembered; packets vanish silently. */
    public void cutLink() {
        run(Node.NAT, CUT_LINK.split(" ", -1));
    }

    /** Plugs the cable in again. */
    public void healLink() {
        run(Node.NAT, "sh", "-c", joinLink());
    }

    /**
     * The middlebox forgets all flows at once, as in a reboot or a failover.
     *
     * @throws LabException when the command {@code conntrack} is missing: the kernel has no other way
     */
    public void flush() {
        needConntrack();
        run(Node.NAT, FLUSH.split(" ", -1));
    }

    /** @throws LabException when the command {@code conntrack} is missing, which only a flush needs */
    void needConntrack() {
        if (!tools.has("conntrack")) {
            throw new LabException(Tools.missing("conntrack", "conntrack"));
        }
    }

    /** What undoes {@link #CUT_LINK}, on the middlebox: with its interface the kernel forgot its neighbour. */
    String joinLink() {
        return "ip link set n1 up && " + topology.middleboxKnowsServer();
    }

    /** What undoes {@link #LOSE_SERVER}, on the server: with its interface the kernel forgot neighbour and route. */
    String findServer() {
        return "ip link set s0 up && " + topology.serverKnowsMiddlebox() + " && ip route replace "
                + topology.serversRoute();
    }

    /** Where a file of the lab is seen from outside: {@code /run} is the lab's own. */
    Path seenFromOutside(String path) {
        return Path.of("/proc/" + holderPid + "/root" + path);
    }

    /** Kills everything in the lab; the namespaces vanish with it. Closing again does nothing. */
    @Override
    public void close() {
        end(holder);
    }

    private static void end(Process holder) {
        try {
            holder.getOutputStream().close();
            if (!holder.waitFor(Command.LIMIT.toNanos(), TimeUnit.NANOSECONDS)) {
                holder.destroyForcibly();
            }
        } catch (IOException e) {
            holder.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the holder ends by itself: its stdin is closed
        }
    }
}
