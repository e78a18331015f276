package io.dataprism.cli.project;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** On which line each member of a JSON document begins. Immutable. */
final class MemberLines {

    private static final String ROOT = "#";

    private final Map<String, Integer> lines;

    private MemberLines(Map<String, Integer> lines) {
        this.lines = lines;
    }

    /** Reads a document as far as it is JSON; where it ceases to be, the document as a whole is said to be on that line. */
    static MemberLines of(byte[] document) {
        Map<String, Integer> lines = new HashMap<>();
        lines.put(ROOT, 1);
        try (JsonParser parser = new JsonFactory().createParser(document)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME || token.isScalarValue() || token.isStructStart()) {
                    JsonStreamContext at =
                            token.isStructStart() ? parser.getParsingContext().getParent() : parser.getParsingContext();
                    lines.putIfAbsent(pointer(at), parser.currentTokenLocation().getLineNr());
                }
            }
        } catch (JsonProcessingException notJson) {
            if (notJson.getLocation() != null) {
                lines.put(ROOT, notJson.getLocation().getLineNr());
            }
        } catch (IOException impossible) {
            throw new IllegalStateException("A document in memory can be read.", impossible);
        }
        return new MemberLines(Map.copyOf(lines));
    }

    /**
     * The line of a member, or of the nearest one around it that is there.
     *
     * @param pointer as in {@code #/permissions/0/scope}
     */
    int of(String pointer) {
        for (String here = pointer; !here.isEmpty(); here = here.substring(0, Math.max(0, here.lastIndexOf('/')))) {
            Integer line = lines.get(here);
            if (line != null) {
                return line;
            }
        }
        return lines.getOrDefault(ROOT, 1);
    }

    private static String pointer(JsonStreamContext context) {
        if (context == null || context.inRoot()) {
            return ROOT;
        }
        String own = context.inArray()
                ? String.valueOf(context.getCurrentIndex())
                : String.valueOf(context.getCurrentName()).replace("~", "~0").replace("/", "~1");
        return pointer(context.getParent()) + "/" + own;
    }
}
