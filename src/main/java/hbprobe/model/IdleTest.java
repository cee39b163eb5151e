package hbprobe.model;

import io.avaje.jsonb.Json;
import java.time.Duration;

/**
 * What a flow carried before it fell idle, which decides the timer that a box gives it; named as in Hätönen et al., "An
 * Experimental Study of Home Gateway Characteristics" (IMC 2010).
 */
public enum IdleTest {
    /** An established TCP connection. */
    TCP_1("tcp-1", "an established connection", 0),
    /** One packet out, none back. */
    UDP_1("udp-1", "one packet out, none back", 0),
    /** One packet out, then packets in only. */
    UDP_2("udp-2", "one packet out, then packets in", 2_500),
    /** Packets both ways, for longer than it takes to count as a stream. */
    UDP_3("udp-3", "packets both ways", 2_500);

    private final String word;
    private final String sentence;
    private final Duration priming;

    IdleTest(String word, String sentence, int primingMs) {
        this.word = word;
        this.sentence = sentence;
        this.priming = Duration.ofMillis(primingMs);
    }

    /** The word used in JSON and in reports. */
    @Json.Value
    public String word() {
        return word;
    }

    /** What the flow carried, for a person. */
    public String sentence() {
        return sentence;
    }

    /**
     * For how long a flow is kept busy before its silence. Linux takes traffic both ways for a stream after two seconds
     * of it; at two exactly some flows are, some not.
     */
    public Duration priming() {
        return priming;
    }

    /** Over UDP. */
    public boolean isUdp() {
        return this != TCP_1;
    }
}
