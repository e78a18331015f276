package io.dataprism.plugins.testing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads what the charts have written. */
public final class WrittenDrawing {

    private WrittenDrawing() {}

    /** As XML: SVG must be well-formed. */
    public static Document svg(byte[] bytes) throws IOException {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(bytes));
        } catch (ParserConfigurationException | SAXException malformed) {
            throw new IOException("no well-formed XML: " + new String(bytes, StandardCharsets.UTF_8), malformed);
        }
    }

    /** All elements of a name, in order. */
    public static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(index -> (Element) nodes.item(index))
                .toList();
    }

    /** The texts of SVG, in the order of painting. */
    public static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    /** The text of the only page of a PDF. */
    public static String pdfText(byte[] bytes) throws IOException {
        try (PDDocument document = Loader.loadPDF(bytes)) {
            if (document.getNumberOfPages() != 1) {
                throw new IOException("a PDF of " + document.getNumberOfPages() + " pages");
            }
            return new PDFTextStripper().getText(document);
        }
    }

    /** What of scripts and references to elsewhere a page has: nothing, where its data have no such words. */
    public static List<String> reachesOut(byte[] html) {
        String page = new String(html, StandardCharsets.UTF_8)
                .replace("http-equiv", "")
                .replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        return Stream.of("<script", "<link", "<iframe", "<img", " src=", " href=", "url(", "@import", "http")
                .filter(page::contains)
                .toList();
    }
}
