package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KnownTimeoutTest {
    @Test
    void everyRowOfTheTableIsWhole() {
        assertThat(KnownTimeout.table()).hasSizeGreaterThan(50).allSatisfy(known -> {
            assertThat(known.product()).isNotBlank();
            assertThat(known.protocol()).isNotBlank();
            assertThat(known.source()).isNotBlank();
            assertThat(known.idleTimeoutS()).isPositive().isFinite();
        });
    }

    @Test
    void itKnowsTheCommonOnes() {
        assertThat(KnownTimeout.table()).anySatisfy(known -> {
            assertThat(known.product()).contains("AWS NAT Gateway");
            assertThat(known.idleTimeoutS()).isEqualTo(350);
            assertThat(known.ending()).contains(Ending.RESET_ON_PROBE);
            assertThat(known.isOverTcp()).isTrue();
        });
    }
}
