package hbprobe.report;

import hbprobe.report.Outline.Case;

/**
 * A finding as workflow commands of GitHub Actions: an annotation for every case and for every note. There is no other
 * line, so that no text of a finding can be a command. GitHub shows the first ten of each kind.
 */
final class GithubReport {
    private GithubReport() {}

    static String of(Outline outline) {
        StringBuilder commands = new StringBuilder();
        for (Case one : outline.cases()) {
            String kind = switch (one.verdict()) {
                case FAIL, ERROR -> "error";
                case SKIPPED -> "warning";
                case PASS -> "notice";
            };
            append(commands, kind, title(outline, one.name()), one.suite() + ": " + one.message());
        }
        outline.warnings().forEach(warning -> append(commands, "notice", title(outline, "note"), warning));
        return commands.toString();
    }

    private static String title(Outline outline, String about) {
        return "hbprobe " + outline.command() + ": " + about;
    }

    private static void append(StringBuilder commands, String kind, String title, String message) {
        String property = data(Words.printable(title)).replace(":", "%3A").replace(",", "%2C");
        commands.append("::").append(kind).append(" title=").append(property);
        commands.append("::").append(data(Words.printable(message))).append("\n");
    }

    /** As the runner takes it apart again: the percent sign first, for it begins every escape. */
    private static String data(String text) {
        return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A");
    }
}
