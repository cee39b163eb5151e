package hbprobe.model;

/**
 * Flows that differ in nothing but how long they are idle.
 *
 * @param test what they carry before
 * @param direction who speaks first after it
 */
public record Ladder(IdleTest test, Direction direction) {
    /** What tells it from the other ladders of its search: over UDP what was carried, over TCP who speaks first. */
    public String word() {
        return test.isUdp() ? test.word() : direction.word();
    }
}
