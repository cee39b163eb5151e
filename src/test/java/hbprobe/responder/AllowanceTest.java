package hbprobe.responder;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowanceTest {
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);

    private static long taken(Allowance allowance, long client, long nowNs, int tries) {
        return IntStream.range(0, tries)
                .filter(i -> allowance.take(client, nowNs))
                .count();
    }

    @Test
    void givesTwoSecondsWorthAtOnceAndThenTheRate() {
        long startNs = -5 * SECOND_NS;
        Allowance allowance = Allowance.each(100, startNs);

        assertThat(taken(allowance, 7, startNs, 1_000)).isEqualTo(200);
        assertThat(taken(allowance, 7, startNs + SECOND_NS, 1_000)).isEqualTo(100);
        assertThat(taken(allowance, 7, startNs + SECOND_NS + SECOND_NS / 100 - 1, 10))
                .as("a nanosecond before the next one")
                .isZero();
        assertThat(taken(allowance, 7, startNs + SECOND_NS + SECOND_NS / 100, 10))
                .isEqualTo(1);
        assertThat(taken(allowance, 7, startNs + 100 * SECOND_NS, 1_000))
                .as("no more after a long rest")
                .isEqualTo(200);
    }

    @Test
    void whatOneClientSpendsIsNotAnothers() {
        Allowance allowance = Allowance.each(100, 0);
        taken(allowance, 1, 0, 1_000);

        // One in 65 536 shares the slot.
        assertThat(IntStream.range(2, 1_000).filter(i -> allowance.take(i, 0)).count())
                .isGreaterThan(990);
    }

    @Test
    void aFloodOfInventedAddressesNeitherTakesTheAllowanceOfOneNorFillsItAgain() {
        Allowance allowance = Allowance.each(1_000, 0);
        long spent = 1;
        assertThat(taken(allowance, spent, 0, 10_000)).isEqualTo(2_000);
        Random random = new Random(1);
        for (int i = 0; i < 1_000_000; i++) {
            allowance.take(random.nextLong(), 0);
        }

        assertThat(taken(allowance, spent, 0, 10)).as("it has had its share").isZero();
        assertThat(taken(allowance, 2, 0, 10))
                .as("15 of the million met it in its slot")
                .isEqualTo(10);
    }

    @Test
    void oneForAllIsForAll() {
        Allowance allowance = Allowance.all(100, 0);

        assertThat(IntStream.range(0, 1_000).filter(i -> allowance.take(i, 0)).count())
                .isEqualTo(200);
    }
}
