package io.dataprism.plugins.drawing;

import java.util.ArrayList;
import java.util.List;

/**
 * How wide texts are, without a font: widths of a wide sans font (those of DejaVu Sans), so that texts in the usual, narrower
 * ones fit too. Widths are in pixels at a font size in pixels.
 */
public final class TextWidths {

    /** What stands for the rest of a text that is cut. */
    public static final String ELLIPSIS = "\u2026";

    /** A bold letter to a plain one. */
    private static final double BOLD = 1.17;

    /** From the space to the tilde, in thousandths of the font's size. */
    private static final int[] ASCII = {
        318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337,
        636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531,
        1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
        603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500,
        500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612,
        635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838
    };

    private TextWidths() {}

    /** The width of a text in one line. */
    public static double width(String text, double size, boolean bold) {
        return text.codePoints().mapToDouble(TextWidths::thousandths).sum() / 1000 * size * (bold ? BOLD : 1);
    }

    /** The text, or as much of it as is not wider than {@code maxWidth} with an ellipsis behind it. */
    public static String cut(String text, double maxWidth, double size, boolean bold) {
        if (width(text, size, bold) <= maxWidth) {
            return text;
        }
        double left = maxWidth - width(ELLIPSIS, size, bold);
        StringBuilder kept = new StringBuilder();
        for (int codePoint : text.codePoints().toArray()) {
            left -= width(Character.toString(codePoint), size, bold);
            if (left < 0) {
                break;
            }
            kept.appendCodePoint(codePoint);
        }
        return kept.toString().stripTrailing() + ELLIPSIS;
    }

    /** The text in lines no wider than {@code maxWidth}, broken at spaces, the last one cut where there are more than {@code maxLines}. */
    public static List<String> wrap(String text, double maxWidth, double size, boolean bold, int maxLines) {
        List<String> lines = new ArrayList<>();
        String rest = text.strip();
        while (!rest.isEmpty()) {
            int end = lines.size() + 1 == maxLines ? rest.length() : lineEnd(rest, maxWidth, size, bold);
            lines.add(cut(rest.substring(0, end), maxWidth, size, bold));
            rest = rest.substring(end).strip();
        }
        return lines;
    }

    /** Where the first line ends: at the last space that leaves it narrow enough, or else at the first. */
    private static int lineEnd(String text, double maxWidth, double size, boolean bold) {
        int end = text.length();
        while (width(text.substring(0, end), size, bold) > maxWidth) {
            int space = text.lastIndexOf(' ', end - 1);
            if (space <= 0) {
                return end;
            }
            end = space;
        }
        return end;
    }

    private static int thousandths(int codePoint) {
        if (codePoint >= ' ' && codePoint <= '~') {
            return ASCII[codePoint - ' '];
        }
        if (codePoint == '\u202f') {
            return 200;
        }
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            case Character.LOWERCASE_LETTER -> codePoint < 0x250 ? 640 : 850;
            case Character.UPPERCASE_LETTER -> codePoint < 0x250 ? 800 : 1000;
            case Character.OTHER_LETTER, Character.OTHER_SYMBOL, Character.SURROGATE -> 1100;
            default -> 1000;
        };
    }
}
