package hbprobe.dialect;

import com.fasterxml.aalto.AsyncByteArrayFeeder;
import com.fasterxml.aalto.AsyncXMLInputFactory;
import com.fasterxml.aalto.AsyncXMLStreamReader;
import com.fasterxml.aalto.stax.InputFactoryImpl;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;

/** Puts the elements of an XMPP stream (RFC 6120) together: its opening, each stanza in it, its end. */
final class XmppStanzas extends SimpleChannelInboundHandler<ByteBuf> {
    private static final AsyncXMLInputFactory READERS = new InputFactoryImpl();

    /** Features and answers have some dozens; more is no answer to anything asked here. */
    private static final int MOST_ELEMENTS = 1_000;

    private static final int LONGEST_TEXT = 16_384;

    private final Deque<Element> open = new ArrayDeque<>();
    private AsyncXMLStreamReader<AsyncByteArrayFeeder> reader = READERS.createAsyncForByteArray();
    private int elements;

    /**
     * An element with what is in it.
     *
     * @param name without its prefix
     */
    record Element(String name, Map<String, String> attributes, List<Element> children, StringBuilder words) {
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

    /** What comes next is a document of its own. */
    void beginAnew() {
        reader = READERS.createAsyncForByteArray();
        open.clear();
        elements = 0;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, ByteBuf in) {
        AsyncXMLStreamReader<AsyncByteArrayFeeder> current = reader;
        try {
            byte[] bytes = ByteBufUtil.getBytes(in);
            current.getInputFeeder().feedInput(bytes, 0, bytes.length);
            // What is left when the document begins anew is white space between the two.
            for (int event = current.next();
                    event != AsyncXMLStreamReader.EVENT_INCOMPLETE && reader == current;
                    event = current.next()) {
                on(event, ctx);
                if (reader != current || event == XMLStreamConstants.END_DOCUMENT) {
                    return;
                }
            }
        } catch (XMLStreamException e) {
            throw new DecoderException(e);
        }
    }

    private void on(int event, ChannelHandlerContext ctx) {
        switch (event) {
            case XMLStreamConstants.START_ELEMENT -> begin(ctx);
            case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text(reader.getText());
            case XMLStreamConstants.END_ELEMENT -> end(ctx);
            case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                throw new DecoderException("a document type, which XMPP forbids (RFC 6120, 11.1)");
            default -> {} // the document's declaration, comments
        }
    }

    private void begin(ChannelHandlerContext ctx) {
        Element element = new Element(reader.getLocalName(), attributes(), new ArrayList<>(), new StringBuilder());
        boolean isStream = open.isEmpty();
        if (++elements > MOST_ELEMENTS) {
            throw new TooLongFrameException("more than " + MOST_ELEMENTS + " elements in one stanza");
        }
        open.push(element);
        if (isStream) {
            ctx.fireChannelRead(new Opened(element.attributes));
        }
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = new HashMap<>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
        }
        return attributes;
    }

    private void text(String characters) {
        if (open.size() > 1) {
            StringBuilder words = open.getFirst().words;
            if (words.length() + characters.length() > LONGEST_TEXT) {
                throw new TooLongFrameException("more than " + LONGEST_TEXT + " characters in one element");
            }
            words.append(characters);
        }
    }

    private void end(ChannelHandlerContext ctx) {
        Element whole = open.pop();
        if (open.isEmpty()) {
            ctx.fireChannelRead(new Closed());
        } else if (open.size() == 1) {
            elements = 0;
            ctx.fireChannelRead(whole);
        } else {
            open.getFirst().children.add(whole);
        }
    }
}
