package io.dataprism.core.dataset;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The engine's words about a failure, freed of the driver's wrapping. */
record EngineMessage(String text) {

    private static final Pattern NATIVE =
            Pattern.compile("CDataJniException\\{errno=-?\\d+, message=(.*)\\}", Pattern.DOTALL);
    private static final String PENDING = "unsuccessful or closed pending query result";
    private static final String INNER = "\nError: ";

    static EngineMessage of(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
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
