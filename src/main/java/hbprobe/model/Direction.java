package hbprobe.model;

import io.avaje.jsonb.Json;

/** Who speaks first after the silence: a middlebox may let one through and not the other. */
public enum Direction {
    /** After the silence the client writes and waits for the answer. */
    CLIENT_FIRST("client-first"),
    /** After the silence the server writes, as ordered before it. */
    SERVER_FIRST("server-first");

    private final String word;

    Direction(String word) {
        this.word = word;
    }

    /** The word used on the command line, in JSON and in reports. */
    @Json.Value
    public String word() {
        return word;
    }
}
