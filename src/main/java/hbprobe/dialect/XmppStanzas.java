package hbprobe.dialect;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.xml.XmlCharacters;
import io.netty.handler.codec.xml.XmlElementEnd;
import io.netty.handler.codec.xml.XmlElementStart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts the elements of an XMPP stream (RFC 6120) together: its opening, each stanza in it, its end. */
final class XmppStanzas extends MessageToMessageDecoder<Object> {
    /** Features and answers have some dozens; more is no answer to anything asked here. */
    private static final int MOST_ELEMENTS = 1_000;

    private static final int LONGEST_TEXT = 16_384;

    private final Deque<Element> open = new ArrayDeque<>();
    private int elements;

    /**
     * An element with what is in it.
     *
     * @param name without its prefix
     */
    record Element(
            String name,
            String namespace,
            Map<String, String> attributes,
            List<Element> children,
            StringBuilder words) {
        /** The first child of that name. */
        Optional<Element> child(String childName) {
            return children.stream()
                    .filter(child -> child.name.equals(childName))
                    .findFirst();
        }

        /** The text of each child of that name. */
        List<String> texts(String childName) {
            return children.stream()
                    .filter(child -> child.name.equals(childName))
                    .map(Element::text)
                    .toList();
        }

        String text() {
            return words.toString().strip();
        }

        /** In a few words: what an error is called. */
        String gist() {
            String kinds = String.join(" ", children.stream().map(Element::name).toList());
            String text = child("text").map(Element::text).orElse("");
            return Sayings.printable((name + " " + kinds + " " + text).strip());
        }
    }

    /** The server's end of the stream is open. */
    record Opened(Map<String, String> attributes) {}

    /** The server has closed the stream. */
    record Closed() {}

    @Override
    protected void decode(ChannelHandlerContext ctx, Object event, List<Object> out) {
        if (event instanceof XmlElementStart start) {
            Element element = new Element(
                    start.name(), start.namespace(), attributes(start), new ArrayList<>(), new StringBuilder());
            if (open.isEmpty()) {
                out.add(new Opened(element.attributes));
            } else if (++elements > MOST_ELEMENTS) {
                throw new TooLongFrameException("more than " + MOST_ELEMENTS + " elements in one stanza");
            }
            open.push(element);
        } else if (event instanceof XmlCharacters characters && open.size() > 1) {
            StringBuilder words = open.getFirst().words;
            if (words.length() + characters.data().length() > LONGEST_TEXT) {
                throw new TooLongFrameException("more than " + LONGEST_TEXT + " characters in one element");
            }
            words.append(characters.data());
        } else if (event instanceof XmlElementEnd && !open.isEmpty()) {
            Element whole = open.pop();
            if (open.isEmpty()) {
                out.add(new Closed());
            } else if (open.size() == 1) {
                elements = 0;
                out.add(whole);
            } else {
                open.getFirst().children.add(whole);
            }
        }
    }

    private static Map<String, String> attributes(XmlElementStart start) {
        Map<String, String> attributes = new HashMap<>();
        start.attributes().forEach(attribute -> attributes.put(attribute.name(), attribute.value()));
        return attributes;
    }
}
