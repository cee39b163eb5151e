package hbprobe.dialect;

import hbprobe.model.FarReport;
import hbprobe.model.Problem;
import hbprobe.net.Closing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What a conversation tells, in words. */
final class Told implements FlowListener {
    final List<String> told = new ArrayList<>();
    Silence silence = new Silence(OptionalLong.empty(), 0, 0);

    @Override
    public void primed(Primed primed) {
        silence = primed.silence();
        told.add("primed in " + primed.rttNs() + " ns");
    }

    @Override
    public void pushed(long afterNs, int strangers) {
        told.add("pushed after " + afterNs + " ns");
    }

    @Override
    public void answered(@Nullable String mapped) {
        told.add("answered");
    }

    @Override
    public void overtaken() {
        told.add("overtaken");
    }

    @Override
    public void reported(long farName, Optional<FarReport> report) {
        told.add("reported");
    }

    @Override
    public void greeted(String text) {
        told.add("greeted: " + text);
    }

    @Override
    public void heard(String text) {
        told.add("heard: " + text);
    }

    @Override
    public void goodbye(String text) {
        told.add("goodbye");
    }

    @Override
    public void failed(Problem problem) {
        told.add("failed: " + problem.code());
    }

    @Override
    public void broken(Throwable defect) {
        throw new AssertionError(defect);
    }

    @Override
    public void closed(Closing closing, String detail) {
        told.add("closed: " + closing);
    }
}
