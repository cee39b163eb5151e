package hbprobe.dialect;

import java.util.List;
import java.util.Optional;

/** An answer to one command, from as many packets as it takes. */
final class MysqlAnswer {
    private Stage stage = Stage.BEGINNING;
    private Optional<MysqlPacket.Refusal> refusal = Optional.empty();
    private List<String> row = List.of();

    private enum Stage {
        /** Nothing is here. */
        BEGINNING,
        /** What columns there are is being told. */
        COLUMNS,
        /** Rows are being told. */
        ROWS
    }

    /**
     * Takes the next packet.
     *
     * @return whether it was the last
     */
    boolean add(MysqlPacket packet) {
        if (packet.isError()) {
            refusal = Optional.of(packet.refusal());
            return true;
        }
        switch (stage) {
            case BEGINNING -> {
                stage = Stage.COLUMNS;
                return packet.isOk();
            }
            case COLUMNS -> {
                if (packet.isEnd()) {
                    stage = Stage.ROWS;
                }
                return false;
            }
            default -> {
                if (packet.isEnd()) {
                    return true;
                }
                row = packet.row();
                return false;
            }
        }
    }

    /** Why the command was not carried out, if it wasn't. */
    Optional<MysqlPacket.Refusal> refusal() {
        return refusal;
    }

    /** The last row; empty: there was none. */
    List<String> row() {
        return row;
    }
}
