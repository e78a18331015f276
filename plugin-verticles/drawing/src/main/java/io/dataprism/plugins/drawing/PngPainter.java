package io.dataprism.plugins.drawing;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.drawing.Drawing.Bar;
import io.dataprism.plugins.drawing.Drawing.Curve;
import io.dataprism.plugins.drawing.Drawing.Dot;
import io.dataprism.plugins.drawing.Drawing.Line;
import io.dataprism.plugins.drawing.Drawing.Mark;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Paints a drawing with Java2D and writes it as PNG. Nothing else in this module but PDF touches AWT, so that the classes of AWT are
 * loaded for the first PNG only.
 */
final class PngPainter {

    /**
     * Families to write with, the best first. The logical family may be made of several fonts, one upright and one bold that do
     * not go together, depending on what of the machine's font configuration can be read here.
     */
    private static final List<String> FAMILIES =
            List.of("DejaVu Sans", "Liberation Sans", "Noto Sans", "Arial", "Helvetica", Font.SANS_SERIF);

    private final Graphics2D graphics;
    private final Canvas canvas;

    private PngPainter(Graphics2D graphics, Canvas canvas) {
        this.graphics = graphics;
        this.canvas = canvas;
    }

    /**
     * One at a time: the largest picture takes 48 MiB of the heap.
     *
     * @throws PluginException {@code FONTS_MISSING} where this machine has no font to write with
     */
    static synchronized byte[] paint(Drawing drawing) {
        System.setProperty("java.awt.headless", "true");
        ImageIO.setUseCache(false);
        try {
            BufferedImage image = new BufferedImage(drawing.width(), drawing.height(), BufferedImage.TYPE_3BYTE_BGR);
            Graphics2D graphics = image.createGraphics();
            try {
                new PngPainter(graphics, drawing.canvas()).all(drawing);
            } finally {
                graphics.dispose();
            }
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(image, "png", png);
            return png.toByteArray();
        } catch (IOException failure) {
            throw new UncheckedIOException("writing PNG to memory", failure);
        }
    }

    private void all(Drawing drawing) {
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(color(Ink.GROUND));
        graphics.fillRect(0, 0, drawing.width(), drawing.height());
        drawing.marks().forEach(this::mark);
    }

    private void mark(Mark mark) {
        switch (mark) {
            case Bar bar -> {
                graphics.setColor(color(bar.ink()));
                graphics.fill(new Rectangle2D.Double(bar.x(), bar.y(), bar.width(), bar.height()));
            }
            case Line line -> {
                graphics.setColor(color(line.ink()));
                graphics.draw(new Line2D.Double(
                        onPixel(line.x1()), onPixel(line.y1()), onPixel(line.x2()), onPixel(line.y2())));
            }
            case Curve curve -> curve(curve);
            case Dot dot -> dot(dot);
            case Text text -> {
                graphics.setColor(color(text.ink()));
                text(text);
            }
        }
    }

    private void curve(Curve curve) {
        Path2D path = new Path2D.Double();
        path.moveTo(curve.points().getFirst().x(), curve.points().getFirst().y());
        curve.points().forEach(point -> path.lineTo(point.x(), point.y()));
        float[] dash = new float[curve.dash().pixels().size()];
        for (int index = 0; index < dash.length; index++) {
            dash[index] = curve.dash().pixels().get(index);
        }
        Stroke before = graphics.getStroke();
        graphics.setStroke(new BasicStroke(
                (float) curve.width(),
                BasicStroke.CAP_BUTT,
                BasicStroke.JOIN_ROUND,
                10,
                dash.length == 0 ? null : dash,
                0));
        graphics.setColor(color(curve.ink()));
        graphics.draw(path);
        graphics.setStroke(before);
    }

    private void dot(Dot dot) {
        int opacity = (int) Math.clamp(Math.round(dot.opacity() * 255), 1, 255);
        graphics.setColor(new Color(canvas.color(dot.ink()) | opacity << 24, true));
        graphics.fill(new Ellipse2D.Double(
                dot.x() - dot.radius(), dot.y() - dot.radius(), 2 * dot.radius(), 2 * dot.radius()));
    }

    private void text(Text text) {
        AffineTransform before = graphics.getTransform();
        graphics.setFont(font(text));
        double width =
                graphics.getFontMetrics().getStringBounds(text.text(), graphics).getWidth();
        graphics.translate(text.x(), text.y());
        graphics.rotate(Math.toRadians(text.degrees()));
        if (width > text.maxWidth()) {
            graphics.scale(text.maxWidth() / width, 1);
        }
        double start = switch (text.anchor()) {
            case START -> 0;
            case MIDDLE -> -width / 2;
            case END -> -width;
        };
        graphics.drawString(text.text(), (float) start, 0);
        graphics.setTransform(before);
    }

    /** A machine without fonts shows itself in many ways, depending on which library or file is not there. */
    private Font font(Text text) {
        try {
            Font font = new Font(family(), text.bold() ? Font.BOLD : Font.PLAIN, 1).deriveFont((float) text.size());
            if (graphics.getFontMetrics(font).getHeight() <= 0 || !font.canDisplay('0')) {
                throw new IllegalStateException("its fonts have no digits");
            }
            return font;
        } catch (RuntimeException | LinkageError | InternalError failure) {
            throw FontFiles.missing("PNG", failure.toString(), failure);
        }
    }

    private static String family() {
        return FAMILIES.stream()
                .filter(family ->
                        new Font(family, Font.PLAIN, 1).getFamily(Locale.ROOT).equals(family))
                .findFirst()
                .orElse(Font.SANS_SERIF);
    }

    /** The middle of a row of pixels, for lines that are sharp. */
    private static double onPixel(double y) {
        return Math.floor(y) + 0.5;
    }

    private Color color(Ink ink) {
        return new Color(canvas.color(ink));
    }
}
