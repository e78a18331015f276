package io.dataprism.core.dataset;

/**
 * The way back from DuckDB's caret to a character: the caret stands below its place on a terminal, where some characters take two
 * columns and some take none.
 */
final class CaretLine {

    /** Pairs of the first and the last of what takes two columns, ascending. */
    private static final int[] WIDE = {
        0x1100, 0x115F, 0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE10, 0xFE19,
        0xFE30, 0xFE6F, 0xFF00, 0xFF60, 0xFFE0, 0xFFE6, 0x1F300, 0x1FAFF, 0x20000, 0x3FFFD
    };

    private CaretLine() {}

    /**
     * The character that stands after so many columns.
     *
     * @param start where in the text the columns begin, as an index
     * @return its place in the whole text, counted in characters and not in surrogates; -1 where the text is shorter
     */
    static int character(String text, int start, int columns) {
        int left = columns;
        for (int i = start; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int width = width(text.codePointAt(i));
            if (left <= 0 && width > 0) {
                return text.codePointCount(0, i);
            }
            left -= width;
        }
        return left <= 0 ? text.codePointCount(0, text.length()) : -1;
    }

    private static int width(int character) {
        for (int i = 0; i < WIDE.length; i += 2) {
            if (character >= WIDE[i] && character <= WIDE[i + 1]) {
                return 2;
            }
        }
        return switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.CONTROL -> 0;
            default -> 1;
        };
    }
}
