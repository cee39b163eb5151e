package hbprobe.engine;

import hbprobe.model.Ending;
import hbprobe.model.KnownTimeout;
import hbprobe.model.MeasureFinding.IdleTimeout;
import hbprobe.model.MeasureFinding.Likely;
import hbprobe.model.Transport;
import java.util.Comparator;
import java.util.List;

/** Which products are known to behave like what was found: a hint, never a proof. */
public final class Fingerprint {
    /** A product's timer may tick a little off its nominal value. */
    private static final double TOLERANCE = 0.01;

    private static final int MOST = 5;

    private Fingerprint() {}

    /** The products of the table that fit, those with the same ending first. */
    public static List<Likely> match(IdleTimeout found, Transport transport, List<KnownTimeout> table) {
        return table.stream()
                .filter(known -> known.isOverTcp() == (transport == Transport.TCP))
                .filter(known -> known.idleTimeoutS() >= found.aliveS() * (1 - TOLERANCE)
                        && known.idleTimeoutS() <= found.deadS() * (1 + TOLERANCE))
                .sorted(Comparator.comparingInt(known -> distance(known, found.ending())))
                .limit(MOST)
                .map(known -> new Likely(
                        known.product(), known.idleTimeoutS(), known.ending().orElse(null), known.source()))
                .toList();
    }

    /** A silent drop looks one-way where the client's traffic revives it. */
    private static int distance(KnownTimeout known, Ending found) {
        if (known.ending().isEmpty()) {
            return 1;
        }
        Ending ending = known.ending().get();
        boolean same = ending == found || (ending == Ending.SILENT && found == Ending.ONE_WAY);
        return same ? 0 : 2;
    }
}
