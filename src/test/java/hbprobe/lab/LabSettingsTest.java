package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabSettingsTest {
    private final LabSettings settings = LabSettings.defaults();

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT0.999S", "PT1.5S", "P7DT1S"})
    void aTimeoutThatTheKernelCanNotHaveIsRefused(Duration timeout) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withIdleTimeout(timeout))
                .withMessageStartingWith("the lab's idle timeout is");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT1S", "P7D"})
    void theBoundsThemselvesAreAccepted(Duration timeout) {
        assertThat(settings.withIdleTimeout(timeout).idleTimeout()).isEqualTo(timeout);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 17})
    void aPathHasOneToSixteenRouters(int hops) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withHops(hops))
                .withMessage("the lab has 1 to 16 hops, not " + hops);
    }

    @Test
    void aNatThatForwardsKeepsPorts() {
        LabSettings.Udp random = LabSettings.Udp.LIKE_TCP.withPorts(LabSettings.Ports.RANDOM);

        assertThat(settings.withUdp(random).udp()).isEqualTo(random);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withUdp(random.withFiltering(LabSettings.Filtering.OPEN)))
                .withMessageContaining("random ports");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings.withUdp(random.withHairpin(LabSettings.Hairpin.ON)))
                .withMessageContaining("without hairpinning");
    }

    @Test
    void eachSettingIsChangedAlone() {
        LabSettings changed = settings.withTowardsClient(LabSettings.Rejection.RESET)
                .withTowardsServer(LabSettings.Rejection.RESET)
                .withPickUp(LabSettings.PickUp.OFF)
                .withBox(LabSettings.Box.SERVER_FIREWALL)
                .withFamily(LabSettings.Family.IPV6)
                .withHops(3);
        assertThat(changed)
                .isEqualTo(new LabSettings(
                        settings.idleTimeout(),
                        LabSettings.Rejection.RESET,
                        LabSettings.Rejection.RESET,
                        LabSettings.PickUp.OFF,
                        LabSettings.Box.SERVER_FIREWALL,
                        LabSettings.Family.IPV6,
                        3,
                        LabSettings.Udp.LIKE_TCP));
    }
}
