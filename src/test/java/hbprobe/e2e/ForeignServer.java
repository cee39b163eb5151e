package hbprobe.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.net.ExtendedSocketOptions;

/**
 * A server that knows nothing of hbprobe: accepts, reads, says nothing. It tells of each connection and of each byte it
 * gets on stderr. Run as a process of its own: {@code [PORT [KEEPALIVE_SECONDS]]}.
 */
final class ForeignServer {
    static final int PORT = 9000;

    private ForeignServer() {}

    /** The command line that runs it. */
    static List<String> command(String... args) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp"));
        command.add(System.getProperty("java.class.path"));
        command.add(ForeignServer.class.getName());
        command.addAll(List.of(args));
        return command;
    }

    public static void main(String[] args) throws IOException {
        int keepaliveS = args.length == 0 ? 0 : Integer.parseInt(args[0]);
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket listener = new ServerSocket()) {
            listener.bind(new InetSocketAddress(PORT), 500);
            System.err.println("listening");
            while (true) {
                Socket socket = listener.accept();
                if (keepaliveS > 0) {
                    socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                    socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, keepaliveS);
                    socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, keepaliveS);
                }
                System.err.println("connection " + connections.incrementAndGet());
                Thread reader = new Thread(() -> read(socket));
                reader.setDaemon(true);
                reader.start();
            }
        }
    }

    private static void read(Socket socket) {
        try (socket;
                InputStream in = socket.getInputStream()) {
            for (int one = in.read(); one >= 0; one = in.read()) {
                System.err.println("byte " + one);
            }
        } catch (IOException e) {
            System.err.println("broken: " + e.getMessage());
        }
    }
}
