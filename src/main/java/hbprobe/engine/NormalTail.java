package hbprobe.engine;

/** The upper tail of the standard normal distribution, Q(z), to about twelve digits however far out. */
final class NormalTail {
    private static final double LOG10_E = Math.log10(Math.E);
    private static final double LOG10_ROOT_2_PI = Math.log10(2 * Math.PI) / 2;

    /** Below it the series loses no more than three digits to the 0.5 it is taken from; above, the fraction is fast. */
    private static final double FAR = 3;

    /** At 3 the fraction has settled to the last digit after some eighty terms, further out sooner. */
    private static final int TERMS = 120;

    /** Halvings of an interval that is at most a hundred wide, down to the last digit. */
    private static final int HALVINGS = 80;

    private static final double LOWEST_Z = -40;

    private NormalTail() {}

    /** The decimal logarithm of Q(z). */
    static double log10(double z) {
        if (z < 0) {
            return Math.log1p(-Math.pow(10, log10(-z))) * LOG10_E;
        }
        return z < FAR ? Math.log10(0.5 - density(z) * series(z)) : log10Density(z) - Math.log10(fraction(z));
    }

    /** The z at which Q(z) is 10 to the power of minus phi; phi is above 0. */
    static double quantile(double phi) {
        double low = LOWEST_Z;
        // Q(z) < exp(-z²/2), so it lies below.
        double high = Math.sqrt(2 * phi / LOG10_E);
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (log10(middle) > -phi) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double density(double z) {
        return Math.pow(10, log10Density(z));
    }

    private static double log10Density(double z) {
        return -z * z / 2 * LOG10_E - LOG10_ROOT_2_PI;
    }

    /** z + z³/3 + z⁵/(3·5) + …, Abramowitz and Stegun 26.2.11. */
    private static double series(double z) {
        double term = z;
        double sum = z;
        for (int odd = 3; term > sum * 1e-17; odd += 2) {
            term *= z * z / odd;
            sum += term;
        }
        return sum;
    }

    /** z + 1/(z + 2/(z + 3/(z + …))), Abramowitz and Stegun 26.2.14. */
    private static double fraction(double z) {
        double fraction = z;
        for (int term = TERMS; term > 0; term--) {
            fraction = z + term / fraction;
        }
        return fraction;
    }
}
