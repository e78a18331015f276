package io.dataprism.plugins.drawing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;
import org.jspecify.annotations.Nullable;

/**
 * The fonts of one PDF, plain or bold. The first one writes whatever it has letters for; others are opened when a text needs
 * them, and what none has becomes U+FFFD.
 */
final class PdfFonts {

    private static final int REPLACEMENT = 0xfffd;

    private final PDDocument document;
    private final List<Path> files;
    private final List<Opened> opened = new ArrayList<>();

    PdfFonts(PDDocument document, List<Path> files) {
        this.document = document;
        this.files = files;
    }

    private record Opened(PDFont font, CmapLookup letters) {

        boolean has(int codePoint) {
            return letters.getGlyphId(codePoint) != 0;
        }
    }

    /**
     * A part of a text in one font.
     *
     * @param width at a size of 1
     */
    record Run(PDFont font, String text, double width) {}

    /** The whole text. */
    List<Run> runs(String text) throws IOException {
        List<Run> runs = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        Opened font = null;
        for (int codePoint : text.codePoints().toArray()) {
            Opened own = fontOf(codePoint);
            int written = own == null ? REPLACEMENT : codePoint;
            Opened writer = own == null ? fontOf(REPLACEMENT) : own;
            if (writer == null) {
                writer = require();
                written = '?';
            }
            if (font != null && !font.equals(writer)) {
                runs.add(run(font, part.toString()));
                part.setLength(0);
            }
            font = writer;
            part.appendCodePoint(written);
        }
        if (font != null) {
            runs.add(run(font, part.toString()));
        }
        return runs;
    }

    private static Run run(Opened font, String text) throws IOException {
        return new Run(font.font(), text, font.font().getStringWidth(text) / 1000);
    }

    private @Nullable Opened fontOf(int codePoint) throws IOException {
        for (int index = 0; index < files.size(); index++) {
            if (index == opened.size()) {
                opened.add(open(files.get(index)));
            }
            if (opened.get(index).has(codePoint)) {
                return opened.get(index);
            }
        }
        return null;
    }

    private Opened require() {
        if (opened.isEmpty()) {
            throw FontFiles.missing("PDF", "there is no font file in the font folders", null);
        }
        return opened.getFirst();
    }

    private Opened open(Path file) throws IOException {
        TrueTypeFont font = new TTFParser().parse(new RandomAccessReadBuffer(Files.readAllBytes(file)));
        document.registerTrueTypeFontForClosing(font);
        return new Opened(PDType0Font.load(document, font, true), font.getUnicodeCmapLookup());
    }
}
