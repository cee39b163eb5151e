package hbprobe.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import hbprobe.model.Fault.Kind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FaultTest {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"LOSS"})
    void everyWordReadsAndPrints(Kind kind) {
        Fault fault = Fault.parse(kind.word());
        assertThat(fault).isEqualTo(new Fault(kind, Optional.empty(), 0));
        assertThat(fault.word()).isEqualTo(kind.word());
        assertThat(Fault.words()).contains(kind.word());
    }

    @Test
    void thereIsAWordForEach() {
        assertThat(Fault.words())
                .containsExactly(
                        "blackhole",
                        "hang",
                        "fin",
                        "rst",
                        "loss",
                        "idle",
                        "link-down",
                        "nat-flush",
                        "kill",
                        "stop",
                        "host-gone");
    }

    @ParameterizedTest
    @CsvSource({"blackhole:20s,20000", "blackhole:250ms,250", "BlackHole:1.5,1500"})
    void aBlackholeMayHeal(String text, long ms) {
        assertThat(Fault.parse(text)).isEqualTo(new Fault(Kind.BLACKHOLE, Optional.of(Duration.ofMillis(ms)), 0));
    }

    @ParameterizedTest
    @CsvSource({"loss:20,0.2", "loss:20%,0.2", "LOSS:0.5,0.005", "loss:99,0.99"})
    void lossHasAShare(String text, double share) {
        assertThat(Fault.parse(text)).isEqualTo(new Fault(Kind.LOSS, Optional.empty(), share));
    }

    @ParameterizedTest
    @CsvSource({
        "blackhole:20s,blackhole:20s",
        "blackhole:90,blackhole:1m30s",
        "blackhole:0.25,blackhole:250ms",
        "loss:20,loss:20",
        "loss:20.0%,loss:20",
        "loss:29,loss:29",
        "loss:0.5,loss:0.5",
        "loss:12.3456,loss:12.3456"
    })
    void printsWhatItReads(String text, String word) {
        assertThat(Fault.parse(text).word()).isEqualTo(word);
        assertThat(Fault.parse(word)).isEqualTo(Fault.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "meteor,'meteor' is no fault; there are blackhole\\, hang\\, fin\\, rst\\, loss",
                "hang:3s,'hang:3s': hang takes nothing after a colon",
                "kill:,'kill:': kill takes nothing after a colon",
                "blackhole:0,'blackhole:0': it must last; say blackhole:2s",
                "blackhole:,'' is not a duration",
                "blackhole:soon,'soon' is not a duration",
                "loss,'loss': how many percent are lost? Say loss:20",
                "loss:,'loss:': how many percent are lost? Say loss:20",
                "loss:much,'loss:much': how many percent are lost? Say loss:20",
                "loss:0,'loss:0': the loss is above 0 and below 100 percent",
                "loss:100%,'loss:100%': the loss is above 0 and below 100 percent",
                "loss:NaN,'loss:NaN': the loss is above 0 and below 100 percent",
                "loss:-5,'loss:-5': the loss is above 0 and below 100 percent"
            })
    void refusesAndSaysWhatWouldDo(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Fault.parse(text))
                .withMessageContaining(why.replace("\\", ""));
    }

    @Test
    void whatHitsEveryFlowIsTheLabs() {
        assertThat(Kind.values())
                .filteredOn(Kind::ofLab)
                .containsExactly(Kind.LINK_DOWN, Kind.NAT_FLUSH, Kind.KILL, Kind.STOP, Kind.HOST_GONE);
    }
}
