package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import hbprobe.lab.LabRequest.Deed;
import hbprobe.model.Fault;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LabRequestTest {
    @ParameterizedTest
    @EnumSource
    void whatIsSentIsUnderstood(Deed deed) {
        for (Fault.Kind kind : Fault.Kind.values()) {
            if (kind.ofLab()) {
                LabRequest request = new LabRequest(deed, kind);
                assertThat(LabRequest.parse(request.line())).isEqualTo(request);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"STAGE, LINK_DOWN, stage link-down", "HEAL, HOST_GONE, heal host-gone"})
    void itIsTwoWords(Deed deed, Fault.Kind kind, String line) {
        assertThat(new LabRequest(deed, kind).line()).isEqualTo(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "stage",
                "stage ",
                "stage link-down now",
                "stage  kill",
                "Stage kill",
                "cut kill",
                "kill"
            })
    void whatIsNotTwoKnownWordsIsRefused(String line) {
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> LabRequest.parse(line))
                .withMessageContainingAll("'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stage blackhole", "heal hang", "stage loss", "stage KILL", "stage flood"})
    void aFaultThatIsNoneOfALabIsRefusedWithThoseThatAre(String line) {
        assertThatExceptionOfType(LabException.class)
                .isThrownBy(() -> LabRequest.parse(line))
                .withMessage("'" + line.split(" ", -1)[1] + "' is no fault of a lab; there are link-down, nat-flush,"
                        + " kill, stop, host-gone");
    }
}
