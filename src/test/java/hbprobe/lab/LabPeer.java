package hbprobe.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs that tests run as processes of their own: two ends of a connection, and one that has a lab and dies. */
final class LabPeer {
    private static final int PORT = 7400;

    private LabPeer() {}

    /** The command line of one of the programs. */
    static List<String> command(String... arguments) {
        String java = ProcessHandle.current().info().command().orElse("java");
        return concat(List.of(java, "-cp", System.getProperty("java.class.path"), LabPeer.class.getName()), arguments);
    }

    private static List<String> concat(List<String> first, String... rest) {
        List<String> all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all;
    }

    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "serve" -> serve(InetAddress.getByName(arguments[1]));
            case "connect" -> connect(InetAddress.getByName(arguments[1]));
            case "echo" -> echo(InetAddress.getByName(arguments[1]));
            case "talk" -> LabTalker.talk(new InetSocketAddress(InetAddress.getByName(arguments[1]), PORT));
            case "lab" -> lab();
            case "controlled-lab" -> controlledLab();
            default -> throw new IllegalArgumentException(arguments[0]);
        }
    }

    /** Tells everyone who connects under which address it sees them. */
    private static void serve(InetAddress address) throws IOException {
        try (ServerSocket listener = new ServerSocket(PORT, 50, address)) {
            System.out.println("listening");
            while (true) {
                // Left open: the end of the process closes it.
                Socket socket = listener.accept();
                String seen = socket.getInetAddress().getHostAddress() + "\n";
                socket.getOutputStream().write(seen.getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /** Sends back what it gets. */
    private static void echo(InetAddress address) throws IOException {
        try (ServerSocket listener = new ServerSocket(PORT, 50, address)) {
            System.out.println("listening");
            while (true) {
                Socket socket = listener.accept();
                Thread thread = new Thread(() -> {
                    try (socket) {
                        socket.getInputStream().transferTo(socket.getOutputStream());
                    } catch (IOException e) {
                        // The other end has reset it.
                    }
                });
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    /** Prints what the server says, or the name of the exception, and keeps the connection until its stdin ends. */
    private static void connect(InetAddress address) throws IOException {
        try (Socket socket = new Socket()) {
            int patienceMs = (int) Duration.ofMillis(700).toMillis();
            try {
                socket.connect(new InetSocketAddress(address, PORT), patienceMs);
                System.out.println(
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                                .readLine());
            } catch (IOException e) {
                System.out.println(e.getClass().getSimpleName());
            }
            while (System.in.read() >= 0) {}
        }
    }

    /** Has a lab with a process in it until it is killed. */
    private static void lab() throws IOException {
        Lab lab = Lab.start(LabSettings.defaults());
        Process inside = lab.on(Node.SERVER, List.of("sleep", "600")).start();
        System.out.println("up " + inside.pid());
        while (System.in.read() >= 0) {}
    }

    /** Has a lab with a responder and a control, says where that is, and keeps them until it is killed. */
    private static void controlledLab() throws IOException {
        Lab lab = Lab.start(LabSettings.defaults());
        LabControl control = LabControl.open(lab, new LabEcho(lab));
        System.out.println(lab.seenFromOutside("/run/control"));
        while (System.in.read() >= 0) {}
        control.close();
    }
}
