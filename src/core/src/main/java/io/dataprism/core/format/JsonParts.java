package io.dataprism.core.format;

import java.util.List;

/** The parts of JSON results that are encoded once. */
final class JsonParts {

    private JsonParts() {}

    /** What comes before each member's value: {@code "a":} for the first, {@code ,"b":} for the others. */
    static byte[][] memberPrefixes(List<String> names) {
        byte[][] prefixes = new byte[names.size()][];
        for (int i = 0; i < prefixes.length; i++) {
            ByteSink prefix = new ByteSink(0);
            if (i > 0) {
                prefix.add(',');
            }
            Quoting.json(prefix, names.get(i));
            prefix.add(':');
            prefixes[i] = prefix.toByteArray();
        }
        return prefixes;
    }

    /** Columns as the contract's {@code [{name, type}]}. */
    static byte[] schemaArray(List<String> names, List<String> types) {
        ByteSink out = new ByteSink(0);
        out.add('[');
        for (int i = 0; i < names.size(); i++) {
            out.ascii(i == 0 ? "{\"name\":" : ",{\"name\":");
            Quoting.json(out, names.get(i));
            out.ascii(",\"type\":");
            Quoting.json(out, types.get(i));
            out.add('}');
        }
        out.add(']');
        return out.toByteArray();
    }
}
