package hbprobe.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Lines of text over a blocking channel. */
final class LineChannel implements AutoCloseable {
    /**
     * Bytes in a line, its end included. A request has about twenty; an answer may hold what a command said, and is cut
     * here rather than to let either end of a broken conversation fill the other's memory.
     */
    static final int LONGEST = 4_096;

    private final SocketChannel channel;
    private final ByteBuffer arrived = ByteBuffer.allocate(LONGEST);

    LineChannel(SocketChannel channel) {
        this.channel = channel;
        arrived.flip();
    }

    /**
     * Waits for the next line.
     *
     * @return empty when the other side has closed
     * @throws IOException also when the line is longer than {@link #LONGEST}
     */
    Optional<String> read() throws IOException {
        int seen = 0;
        while (true) {
            for (; seen < arrived.remaining(); seen++) {
                if (arrived.get(arrived.position() + seen) == '\n') {
                    byte[] line = new byte[seen];
                    arrived.get(line).get();
                    return Optional.of(new String(line, StandardCharsets.UTF_8));
                }
            }
            arrived.compact();
            if (!arrived.hasRemaining()) {
                throw new IOException("a line of more than " + LONGEST + " bytes");
            }
            int count = channel.read(arrived);
            arrived.flip();
            if (count < 0) {
                return Optional.empty();
            }
        }
    }

    /** Sends a line; line ends within become spaces, and what is too long is cut. */
    void write(String line) throws IOException {
        byte[] bytes = line.replaceAll("[\\r\\n]+", " ").getBytes(StandardCharsets.UTF_8);
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
        buffer.put(bytes, 0, Math.min(bytes.length, LONGEST - 1))
                .put((byte) '\n')
                .flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
