package hbprobe.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NormalTailTest {
    /** Tables of the normal distribution. */
    @ParameterizedTest
    @CsvSource({
        "-3, 0.99865010196837",
        "-1, 0.84134474606854",
        "0, 0.5",
        "1, 0.15865525393146",
        "2, 0.022750131948179",
        "3, 0.0013498980316301",
        "5, 2.8665157187919e-7",
        "10, 7.6198530241605e-24"
    })
    void theTailIsThatOfTheTables(double z, double tail) {
        assertThat(Math.pow(10, NormalTail.log10(z))).isCloseTo(tail, within(1e-12 * tail));
    }

    @ParameterizedTest
    @CsvSource({"1, 1.2815515655446", "2, 2.3263478740408", "8, 5.6120012441748", "12, 7.0344838253011"})
    void theQuantileIsThatOfTheTables(double phi, double z) {
        assertThat(NormalTail.quantile(phi)).isCloseTo(z, within(1e-12 * z));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e-9, 0.01, 0.3, 0.302, 1, 2.8, 2.9, 8, 40, 100})
    void theQuantileIsTheInverse(double phi) {
        assertThat(NormalTail.log10(NormalTail.quantile(phi))).isCloseTo(-phi, within(1e-12 * Math.max(1, phi)));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-3, 3})
    void theTwoFormulasMeet(double z) {
        double below = NormalTail.log10(Math.nextDown(z));
        assertThat(NormalTail.log10(z)).isCloseTo(below, within(1e-12 * Math.abs(below)));
    }

    /** What Akka's approximation makes of a threshold of 8: it is reached at 5.23, where phi is 7.07. */
    @ParameterizedTest
    @CsvSource({"5.23, -7.07"})
    void thisFarOutAnApproximationIsFelt(double z, double log10) {
        double y = z * (1.5976 + 0.070566 * z * z);
        assertThat(-Math.log10(1 + Math.exp(y))).isCloseTo(-8, within(0.02));
        assertThat(NormalTail.log10(z)).isCloseTo(log10, within(0.005));
    }
}
