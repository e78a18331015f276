package io.dataprism.plugins.drawing;

/** Makes texts of data fit to be drawn. */
public final class Labels {

    /** In code points; nothing longer is legible in a chart. */
    static final int MAX_LENGTH = 300;

    private Labels() {}

    /** The text in one line, without what neither a reader nor XML can take, and with a bound on its length. */
    public static String printable(String text) {
        StringBuilder printable = new StringBuilder();
        text.codePoints().limit(MAX_LENGTH).forEach(codePoint -> printable.appendCodePoint(printable(codePoint)));
        if (text.codePointCount(0, Math.min(text.length(), 2 * MAX_LENGTH + 1)) > MAX_LENGTH) {
            printable.append(TextWidths.ELLIPSIS);
        }
        return printable.toString();
    }

    private static int printable(int codePoint) {
        if (Character.isWhitespace(codePoint)) {
            return ' ';
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.UNASSIGNED, Character.PRIVATE_USE -> 0xfffd;
            case Character.FORMAT -> codePoint == 0x200d ? codePoint : ' ';
            default -> codePoint;
        };
    }
}
