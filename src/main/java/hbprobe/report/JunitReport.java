package hbprobe.report;

import hbprobe.report.Outline.Case;
import hbprobe.report.Outline.Verdict;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * A finding for a CI server: one suite in the grammar of Surefire's reports, which is the strictest that is written
 * down. Settings are properties, and what was seen on single flows is the first case's output. All cases of a run are
 * tried side by side, so that each took as long as the run.
 */
final class JunitReport {
    /** XML 1.0 has no way to say these, not even by number. */
    private static final Pattern FORBIDDEN =
            Pattern.compile("[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]");

    private final XMLStreamWriter xml;
    private final Outline outline;
    private final Records records;

    private JunitReport(XMLStreamWriter xml, Outline outline, Records records) {
        this.xml = xml;
        this.outline = outline;
        this.records = records;
    }

    static String of(Outline outline, Records records) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
            new JunitReport(xml, outline, records).write();
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("write XML to memory", e);
        }
        return text.append("\n").toString();
    }

    private void write() throws XMLStreamException {
        xml.writeStartDocument("UTF-8", "1.0");
        line(0);
        xml.writeStartElement("testsuite");
        attribute("name", "hbprobe " + outline.command());
        attribute("time", time());
        attribute("tests", Integer.toString(outline.cases().size()));
        attribute("errors", count(Verdict.ERROR));
        attribute("skipped", count(Verdict.SKIPPED));
        attribute("failures", count(Verdict.FAIL));
        line(1);
        xml.writeStartElement("properties");
        for (Map.Entry<String, String> property : properties().entrySet()) {
            line(2);
            xml.writeEmptyElement("property");
            attribute("name", property.getKey());
            attribute("value", property.getValue());
        }
        line(1);
        xml.writeEndElement();
        boolean first = true;
        for (Case one : outline.cases()) {
            line(1);
            xml.writeStartElement("testcase");
            attribute("name", one.name());
            attribute("classname", one.suite());
            attribute("time", time());
            verdict(one);
            if (first) {
                line(2);
                xml.writeStartElement("system-out");
                xml.writeCharacters(harmless(evidence()));
                xml.writeEndElement();
                first = false;
            }
            line(1);
            xml.writeEndElement();
        }
        line(0);
        xml.writeEndElement();
        xml.writeEndDocument();
    }

    private void verdict(Case one) throws XMLStreamException {
        switch (one.verdict()) {
            case FAIL -> {
                element("failure", one);
                attribute("type", "expectation");
                xml.writeCharacters(harmless(one.message()));
                xml.writeEndElement();
            }
            case ERROR -> {
                element("error", one);
                attribute(
                        "type",
                        outline.error() == null ? "error" : outline.error().code());
                xml.writeCharacters(harmless(one.message()));
                xml.writeEndElement();
            }
            case SKIPPED -> {
                element("skipped", one);
                xml.writeEndElement();
            }
            case PASS -> {}
        }
    }

    private void element(String name, Case one) throws XMLStreamException {
        line(2);
        xml.writeStartElement(name);
        attribute("message", one.message());
    }

    /** What was asked for and where: all single values of the finding, and each mechanism's settings. */
    private Map<String, String> properties() {
        Map<String, String> properties = new LinkedHashMap<>();
        records.finding().forEach((key, value) -> {
            if (value != null) {
                properties.put(key, value.toString());
            }
        });
        for (Records.Row row : records.named("mechanisms")) {
            String name = "mechanisms." + Records.text(row.fields().get("name")) + ".";
            row.fields().forEach((key, value) -> {
                if (value != null && !key.equals("name")) {
                    properties.put(name + key, value.toString());
                }
            });
        }
        return properties;
    }

    private String evidence() {
        StringBuilder text = new StringBuilder(outline.answer()).append("\n");
        outline.warnings()
                .forEach(warning -> text.append("note: ").append(warning).append("\n"));
        records.rows().stream()
                .filter(row -> !row.name().equals(Records.FINDING))
                .map(NdjsonReport::line)
                .forEach(text::append);
        return text.toString();
    }

    private String count(Verdict verdict) {
        return Long.toString(
                outline.cases().stream().filter(one -> one.verdict() == verdict).count());
    }

    private String time() {
        return String.format(Locale.ROOT, "%.3f", outline.elapsedS());
    }

    private void attribute(String name, String value) throws XMLStreamException {
        xml.writeAttribute(name, harmless(value));
    }

    private void line(int depth) throws XMLStreamException {
        xml.writeCharacters("\n" + "  ".repeat(depth));
    }

    private static String harmless(String text) {
        return FORBIDDEN.matcher(text).replaceAll("");
    }
}
