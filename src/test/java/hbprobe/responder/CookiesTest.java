package hbprobe.responder;

import static org.assertj.core.api.Assertions.assertThat;

import hbprobe.wire.Bytes;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CookiesTest {
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);
    private static final InetAddress ALICE = address("192.0.2.2");
    private static final InetAddress MALLORY = address("192.0.2.3");

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A monotonic clock may begin anywhere, below zero too. */
    @ParameterizedTest
    @ValueSource(longs = {0, -1, 17, -77 * 60_000_000_000L, Long.MAX_VALUE / 2})
    void isGoodForFourMinutesAtLeastAndSixAtMost(long startNs) {
        for (long issuedNs = startNs; issuedNs < startNs + 5 * MINUTE_NS; issuedNs += MINUTE_NS / 3) {
            Cookies cookies = new Cookies(startNs);
            Bytes cookie = cookies.make(ALICE, issuedNs);

            assertThat(cookies.holds(cookie, ALICE, issuedNs)).isTrue();
            assertThat(cookies.holds(cookie, ALICE, issuedNs + Cookies.GOOD_FOR_NS))
                    .isTrue();
            assertThat(cookies.holds(cookie, ALICE, issuedNs + 6 * MINUTE_NS)).isFalse();
        }
    }

    @Test
    void staysGoodWhileTheKeysTurn() {
        Cookies cookies = new Cookies(0);
        Bytes cookie = cookies.make(ALICE, 0);
        for (long nowNs = 0; nowNs <= Cookies.GOOD_FOR_NS; nowNs += MINUTE_NS / 10) {
            cookies.make(MALLORY, nowNs);
            assertThat(cookies.holds(cookie, ALICE, nowNs)).isTrue();
        }
        assertThat(cookies.make(ALICE, Cookies.GOOD_FOR_NS)).as("another key").isNotEqualTo(cookie);
    }

    @Test
    void isNobodyElses() {
        Cookies cookies = new Cookies(0);

        assertThat(cookies.holds(cookies.make(ALICE, 0), MALLORY, 0)).isFalse();
        assertThat(cookies.holds(cookies.make(address("2001:db8::1"), 0), address("2001:db8::2"), 0))
                .as("of the same /64")
                .isFalse();
    }

    @Test
    void isNotThatOfAnotherResponder() {
        Bytes cookie = new Cookies(0).make(ALICE, 0);

        assertThat(new Cookies(0).holds(cookie, ALICE, 0)).isFalse();
    }

    @Test
    void noByteOfItMayBeWrongOrMissing() {
        Cookies cookies = new Cookies(0);
        byte[] right = cookies.make(ALICE, 0).toArray();
        for (int i = 0; i < right.length; i++) {
            byte[] wrong = right.clone();
            wrong[i] ^= 1;
            assertThat(cookies.holds(Bytes.of(wrong), ALICE, 0)).isFalse();
        }
        assertThat(cookies.holds(Bytes.NONE, ALICE, 0)).isFalse();
        assertThat(cookies.holds(Bytes.of(new byte[right.length]), ALICE, 0)).isFalse();
    }
}
