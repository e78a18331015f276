package io.dataprism.plugins.drawing;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.drawing.Drawing.Bar;
import io.dataprism.plugins.drawing.Drawing.Curve;
import io.dataprism.plugins.drawing.Drawing.Dot;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Point;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.graphics.state.PDExtendedGraphicsState;
import org.apache.pdfbox.pdmodel.interactive.viewerpreferences.PDViewerPreferences;
import org.apache.pdfbox.util.Matrix;

/** Writes a drawing as PDF with PDFBox: one page of vectors, and text that can be searched and copied. */
final class PdfPainter {

    private static final float POINTS_PER_PIXEL = 0.75f;

    /** How far the handles of a Bézier curve are from its ends, where four of them make a circle. */
    private static final double HANDLE = 0.5523;

    private static final int OPACITIES = 100;

    private final Canvas canvas;
    private final PDPageContentStream page;
    private final PdfFonts plain;
    private final PdfFonts bold;
    private final Map<Integer, PDExtendedGraphicsState> states = new HashMap<>();
    private int opacity = OPACITIES;

    private PdfPainter(Canvas canvas, PDPageContentStream page, PdfFonts plain, PdfFonts bold) {
        this.canvas = canvas;
        this.page = page;
        this.plain = plain;
        this.bold = bold;
    }

    /**
     * One at a time: fonts and page are in memory.
     *
     * @throws PluginException {@code FONTS_MISSING} where this machine has no font to write with
     */
    static synchronized byte[] paint(Drawing drawing) {
        try (PDDocument document = new PDDocument()) {
            PDPage page = new PDPage(
                    new PDRectangle(drawing.width() * POINTS_PER_PIXEL, drawing.height() * POINTS_PER_PIXEL));
            document.addPage(page);
            describe(document, drawing);
            PdfFonts plain = new PdfFonts(document, FontFiles.candidates(false));
            PdfFonts bold = new PdfFonts(document, FontFiles.candidates(true));
            try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                new PdfPainter(drawing.canvas(), content, plain, bold).all(drawing);
            }
            ByteArrayOutputStream pdf = new ByteArrayOutputStream();
            document.save(pdf);
            return pdf.toByteArray();
        } catch (IOException failure) {
            throw new UncheckedIOException("writing PDF to memory", failure);
        }
    }

    private static void describe(PDDocument document, Drawing drawing) {
        document.getDocumentInformation().setTitle(drawing.title());
        document.getDocumentInformation().setProducer("DataPrism");
        PDViewerPreferences preferences =
                new PDViewerPreferences(document.getDocumentCatalog().getCOSObject());
        preferences.setDisplayDocTitle(true);
        document.getDocumentCatalog().setViewerPreferences(preferences);
    }

    private void all(Drawing drawing) throws IOException {
        page.transform(Matrix.getScaleInstance(POINTS_PER_PIXEL, POINTS_PER_PIXEL));
        fill(Ink.GROUND);
        page.addRect(0, 0, canvas.width(), canvas.height());
        page.fill();
        page.setLineJoinStyle(1);
        for (Mark mark : drawing.marks()) {
            mark(mark);
        }
    }

    private void mark(Mark mark) throws IOException {
        switch (mark) {
            case Bar bar -> {
                opacity(1);
                fill(bar.ink());
                page.addRect((float) bar.x(), y(bar.y() + bar.height()), (float) bar.width(), (float) bar.height());
                page.fill();
            }
            case Line line -> {
                stroke(line.ink(), 1, Dash.SOLID);
                page.moveTo((float) line.x1(), y(line.y1()));
                page.lineTo((float) line.x2(), y(line.y2()));
                page.stroke();
            }
            case Curve curve -> {
                stroke(curve.ink(), curve.width(), curve.dash());
                Point first = curve.points().getFirst();
                page.moveTo((float) first.x(), y(first.y()));
                for (Point point : curve.points().subList(1, curve.points().size())) {
                    page.lineTo((float) point.x(), y(point.y()));
                }
                page.stroke();
            }
            case Dot dot -> dot(dot);
            case Text text -> text(text);
        }
    }

    private void dot(Dot dot) throws IOException {
        opacity(dot.opacity());
        fill(dot.ink());
        float x = (float) dot.x();
        float y = y(dot.y());
        float r = (float) dot.radius();
        float h = (float) (dot.radius() * HANDLE);
        page.moveTo(x + r, y);
        page.curveTo(x + r, y + h, x + h, y + r, x, y + r);
        page.curveTo(x - h, y + r, x - r, y + h, x - r, y);
        page.curveTo(x - r, y - h, x - h, y - r, x, y - r);
        page.curveTo(x + h, y - r, x + r, y - h, x + r, y);
        page.fill();
    }

    private void text(Text text) throws IOException {
        List<PdfFonts.Run> runs = (text.bold() ? bold : plain).runs(text.text());
        double width = runs.stream().mapToDouble(PdfFonts.Run::width).sum() * text.size();
        double squeeze = width > text.maxWidth() ? text.maxWidth() / width : 1;
        double start = switch (text.anchor()) {
            case START -> 0;
            case MIDDLE -> -width / 2;
            case END -> -width;
        };
        Matrix place = Matrix.getTranslateInstance((float) text.x(), y(text.y()));
        place.rotate(-Math.toRadians(text.degrees()));
        place.scale((float) squeeze, 1);
        place.translate((float) start, 0);
        opacity(1);
        fill(text.ink());
        page.beginText();
        page.setTextMatrix(place);
        for (PdfFonts.Run run : runs) {
            page.setFont(run.font(), (float) text.size());
            page.showText(run.text());
        }
        page.endText();
    }

    private void fill(Ink ink) throws IOException {
        page.setNonStrokingColor(red(ink), green(ink), blue(ink));
    }

    private void stroke(Ink ink, double width, Dash dash) throws IOException {
        opacity(1);
        page.setStrokingColor(red(ink), green(ink), blue(ink));
        page.setLineWidth((float) width);
        float[] pattern = new float[dash.pixels().size()];
        for (int index = 0; index < pattern.length; index++) {
            pattern[index] = dash.pixels().get(index);
        }
        page.setLineDashPattern(pattern, 0);
    }

    private void opacity(double wanted) throws IOException {
        int steps = (int) Math.clamp(Math.round(wanted * OPACITIES), 1, OPACITIES);
        if (steps != opacity) {
            page.setGraphicsStateParameters(states.computeIfAbsent(steps, PdfPainter::stateOf));
            opacity = steps;
        }
    }

    private static PDExtendedGraphicsState stateOf(int steps) {
        PDExtendedGraphicsState state = new PDExtendedGraphicsState();
        state.setNonStrokingAlphaConstant((float) steps / OPACITIES);
        return state;
    }

    /** PDF counts from the bottom. */
    private float y(double y) {
        return (float) (canvas.height() - y);
    }

    private float red(Ink ink) {
        return (canvas.color(ink) >> 16 & 0xff) / 255f;
    }

    private float green(Ink ink) {
        return (canvas.color(ink) >> 8 & 0xff) / 255f;
    }

    private float blue(Ink ink) {
        return (canvas.color(ink) & 0xff) / 255f;
    }
}
