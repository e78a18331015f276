package io.dataprism.plugins.chart;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.chart.Drawing.Bar;
import io.dataprism.plugins.chart.Drawing.Line;
import io.dataprism.plugins.chart.Drawing.Mark;
import io.dataprism.plugins.chart.Drawing.Text;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Paints a drawing with Java2D and writes it as PNG. Nothing else in this plugin touches AWT, so that the classes of AWT are
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
    private final boolean dark;

    private PngPainter(Graphics2D graphics, boolean dark) {
        this.graphics = graphics;
        this.dark = dark;
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
                new PngPainter(graphics, drawing.theme() == Theme.DARK).all(drawing);
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
                graphics.draw(new Line2D.Double(line.x1(), onPixel(line.y1()), line.x2(), onPixel(line.y2())));
            }
            case Text text -> {
                graphics.setColor(color(text.ink()));
                text(text);
            }
        }
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
            throw new PluginException(
                    "FONTS_MISSING",
                    "A PNG needs a TrueType font on the machine that runs this plugin, and none could be used ("
                            + failure
                            + "). Install one, on Debian with 'apt-get install fonts-dejavu-core fontconfig', and activate the"
                            + " plugin again; or ask for image/svg+xml, which needs none.",
                    failure);
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
        return new Color(ink.color(dark));
    }
}
