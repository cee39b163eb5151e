package hbprobe.engine;

import hbprobe.model.AdviceFinding.Snippet;
import hbprobe.model.Durations;
import hbprobe.model.Ending;
import hbprobe.model.HeartbeatSettings.Keepalive;
import hbprobe.model.SnippetTemplate;
import hbprobe.model.SnippetTemplate.Kind;
import hbprobe.model.SnippetTemplate.Remark;
import hbprobe.model.SnippetTemplate.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plan's values in a stack's own words. What the stack can't count or doesn't take is changed and told; where it
 * would then not keep the path open, there is no text.
 */
public final class Snippets {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_0-9]+)}");

    private static final long MS_PER_S = 1_000;

    private final AdvicePlan plan;
    private final SnippetTemplate template;
    private final List<String> notes = new ArrayList<>();

    private Snippets(AdvicePlan plan, SnippetTemplate template) {
        this.plan = plan;
        this.template = template;
    }

    /**
     * The settings that follow.
     *
     * @throws IllegalStateException when the template has a placeholder that is none
     */
    public static Snippet of(AdvicePlan plan, SnippetTemplate template) {
        return new Snippets(plan, template).snippet();
    }

    private Snippet snippet() {
        long intervalMs = intervalMs();
        double intervalS = (double) intervalMs / MS_PER_S;
        Map<String, Long> values = values(intervalMs);
        boolean fits = plan.keepsOpen(intervalS);
        if (!fits) {
            notes.add("not possible: the least that it takes, " + print(intervalS) + ", leaves no room below an idle"
                    + " timeout of " + Durations.print(plan.settings().idleTimeout()));
        } else {
            tellChange(intervalS);
            tellWhoCloses();
            tellLateness(values);
            template.remarks().stream()
                    .filter(remark -> intervalS < remark.belowS())
                    .map(Remark::note)
                    .forEach(note -> notes.add(filled(note, values)));
        }
        return new Snippet(
                template.stack(),
                template.title(),
                template.format(),
                fits ? filled(template.text(), values) : null,
                filled(template.why(), values),
                template.source(),
                notes);
    }

    /** The plan's interval as the stack takes it. */
    private long intervalMs() {
        long unitMs = unitMs();
        Duration wanted = plan.interval();
        if (template.kind() == Kind.KEEPALIVE) {
            wanted = plan.kernelKeepalive().map(Keepalive::idle).orElse(wanted);
        }
        long wantedMs = wanted.toMillis() / unitMs * unitMs;
        long leastMs = Math.round(template.leastS() * MS_PER_S);
        long mostMs = Math.round(template.mostS() * MS_PER_S);
        return Math.max(leastMs, Math.min(mostMs, wantedMs));
    }

    private long unitMs() {
        return template.unit() == Unit.SECONDS ? MS_PER_S : 1;
    }

    private void tellChange(double intervalS) {
        double wantedS = plan.interval().toNanos() / 1e9;
        if (template.kind() == Kind.CLOSE) {
            return;
        }
        if (intervalS > wantedS) {
            int tolerated = plan.toleratedAt(intervalS);
            notes.add("it takes no less than " + print(intervalS) + ", where " + print(wantedS)
                    + " would be better: this bears "
                    + (tolerated == 0 ? "no lost heartbeat" : tolerated + " lost in a row"));
        } else if (intervalS == template.mostS() && intervalS < wantedS) {
            notes.add("it takes no more than " + print(intervalS));
        }
    }

    private void tellWhoCloses() {
        boolean closed =
                plan.settings().ending().filter(Ending.FIN_AT_EXPIRY::equals).isPresent();
        if (closed && template.kind() == Kind.KEEPALIVE) {
            notes.add("it won't keep this path open: a FIN ended the flows, and who closes counts bytes, no probes");
        }
    }

    private void tellLateness(Map<String, Long> values) {
        Optional<Duration> wish = plan.settings().detectWithin();
        Optional<String> noticed = template.noticedAfter();
        if (wish.isPresent() && noticed.isPresent()) {
            Duration after = Duration.ofSeconds(value(noticed.get(), values));
            if (after.compareTo(wish.get()) > 0) {
                notes.add("it notices a drop after " + Durations.print(after) + ", later than the "
                        + Durations.print(wish.get()) + " asked for");
            }
        }
    }

    /** What a template may ask for. */
    private Map<String, Long> values(long intervalMs) {
        long intervalS = Math.max(1, intervalMs / MS_PER_S);
        long echoMs = plan.echoTimeout().toMillis();
        long silenceMs = plan.misses() * intervalMs + echoMs;
        long closeMs = plan.settings().idleTimeout().toMillis() * 2 / 3;
        long probeS = plan.kernelKeepalive()
                .map(kernel -> kernel.interval().toSeconds())
                .orElse(1L);
        long probes = plan.kernelKeepalive().map(Keepalive::count).orElse(3);
        Map<String, Long> values = new LinkedHashMap<>();
        values.put("interval_s", intervalS);
        values.put("interval_ms", intervalMs);
        values.put("half_interval_s", Math.max(1, intervalS / 2));
        values.put("half_interval_ms", Math.max(1, intervalMs / 2));
        values.put("two_intervals_s", 2 * intervalS);
        values.put("three_intervals_s", 3 * intervalS);
        values.put("four_intervals_s", 4 * intervalS);
        values.put("echo_timeout_s", ceiling(echoMs));
        values.put("echo_timeout_ms", echoMs);
        values.put("noticed_s", ceiling(intervalMs + echoMs));
        values.put("silence_s", ceiling(silenceMs));
        values.put("silence_ms", silenceMs);
        values.put("close_s", Math.max(1, closeMs / MS_PER_S));
        values.put("close_ms", closeMs);
        values.put("keepalive_idle_s", intervalS);
        values.put("keepalive_interval_s", probeS);
        values.put("keepalive_count", probes);
        values.put("keepalive_noticed_s", Math.max(intervalS, probeS) + probes * probeS);
        values.put("user_timeout_ms", plan.userTimeout().toMillis());
        values.put("user_timeout_s", ceiling(plan.userTimeout().toMillis()));
        values.put("idle_timeout_s", ceiling(plan.settings().idleTimeout().toMillis()));
        return values;
    }

    private static long ceiling(long ms) {
        return (ms + MS_PER_S - 1) / MS_PER_S;
    }

    private String filled(String text, Map<String, Long> values) {
        return PLACEHOLDER
                .matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(Long.toString(value(found.group(1), values))));
    }

    private long value(String name, Map<String, Long> values) {
        Long value = values.get(name);
        if (value == null) {
            throw new IllegalStateException(
                    template.stack() + ": '" + name + "' is no value; there are " + values.keySet());
        }
        return value;
    }

    private static String print(double seconds) {
        return Durations.print(Duration.ofMillis(Math.round(seconds * MS_PER_S)));
    }
}
