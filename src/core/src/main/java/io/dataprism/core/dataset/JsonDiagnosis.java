package io.dataprism.core.dataset;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.dataprism.core.error.ParserText;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Finds the first row of a JSON upload that is not JSON. The engine refuses such an upload without saying in which row and
 * column; this reads it again, once, only to say so.
 */
final class JsonDiagnosis {

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            .build();

    private JsonDiagnosis() {}

    /**
     * The first problem, or null.
     *
     * @param lines whether the rows stand by themselves, and not in an array
     */
    static @Nullable UploadFinding first(Path file, boolean lines) throws IOException {
        int outer = lines ? 0 : 1;
        long row = 0;
        int depth = 0;
        String column = null;
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                JsonParser parser = JSON.createParser(in)) {
            try {
                for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                    if (token.isStructStart() && depth++ == outer) {
                        row++;
                        column = null;
                    } else if (token.isStructEnd()) {
                        depth--;
                    } else if (token == JsonToken.FIELD_NAME && depth == outer + 1) {
                        column = parser.currentName();
                    }
                    if (isBroken(token, parser.getText())) {
                        return new UploadFinding(row, column, "has half of a surrogate pair, which is no character");
                    }
                }
                return null;
            } catch (JsonProcessingException broken) {
                boolean inside = depth > outer; // also within an array of a row
                return new UploadFinding(
                        inside ? row : row + 1,
                        inside ? named(parser.getParsingContext(), column) : null,
                        said(broken));
            }
        }
    }

    /** The parser takes what the engine refuses. */
    private static boolean isBroken(JsonToken token, @Nullable String text) {
        return (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING)
                && text != null
                && text.codePoints()
                        .anyMatch(each -> each >= Character.MIN_SURROGATE && each <= Character.MAX_SURROGATE);
    }

    private static @Nullable String named(JsonStreamContext context, @Nullable String column) {
        return column == null ? context.getCurrentName() : column;
    }

    private static String said(JsonProcessingException broken) {
        String message = ParserText.of(broken.getOriginalMessage());
        int end = message.indexOf("\n");
        return (end < 0 ? message : message.substring(0, end)) + " (line "
                + broken.getLocation().getLineNr() + ", character "
                + broken.getLocation().getColumnNr() + ")";
    }
}
