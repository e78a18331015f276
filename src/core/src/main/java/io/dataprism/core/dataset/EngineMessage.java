package io.dataprism.core.dataset;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The engine's words about a failure, freed of the driver's wrapping. */
record EngineMessage(String text) {

    private static final Pattern NATIVE =
            Pattern.compile("CDataJniException\\{errno=-?\\d+, message=(.*)\\}", Pattern.DOTALL);
    /** A character beyond U+FFFF: the driver makes a character of each of the four bytes. */
    private static final Pattern TORN = Pattern.compile("[\u00F0-\u00F4][\u0080-\u00BF]{3}");

    /** The driver counts those four as one, and so cuts three characters off at the end for each: the caret, first of all. */
    private static final int LOST = 3;

    private static final Pattern BEFORE_CARET = Pattern.compile("\nLINE \\d+: .*\n *\\z", Pattern.DOTALL);
    private static final String PENDING = "unsuccessful or closed pending query result";
    private static final String INNER = "\nError: ";

    static EngineMessage of(Throwable failure) {
        String text = mended(String.valueOf(failure.getMessage()));
        Matcher nested = NATIVE.matcher(text);
        if (nested.find()) {
            text = nested.group(1);
        }
        int inner = text.indexOf(INNER);
        if (inner >= 0 && text.substring(0, inner).contains(PENDING)) {
            text = text.substring(inner + INNER.length());
        }
        return new EngineMessage(text);
    }

    private static String mended(String text) {
        Matcher torn = TORN.matcher(text);
        long count = torn.results().count();
        if (count == 0) {
            return text;
        }
        boolean caretLost = BEFORE_CARET.matcher(text).find();
        String whole = torn.replaceAll(found -> Matcher.quoteReplacement(
                new String(found.group().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)));
        return caretLost ? whole + " ".repeat((int) (LOST * count - 1)) + "^" : whole;
    }

    /** The kind of the error: what stands before the first colon, such as {@code Binder Error}. */
    String kind() {
        int colon = text.indexOf(": ");
        return colon < 0 ? "" : text.substring(0, colon);
    }

    /** The text, in which a path of this machine is called the upload. */
    String withoutPath(Path path) {
        return text.replace(path.toString(), "upload");
    }
}
