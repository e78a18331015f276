package io.dataprism.gateway.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The {@code $ref}s of a document, all of which lead into its {@code components}. */
final class References {

    private static final String REF = "$ref";
    private static final String SCHEMAS = "#/components/schemas/";

    private References() {}

    /** What a reference stands for, or the value itself; a summary beside the reference changes nothing of it. */
    static Map<String, Object> resolved(Map<String, Object> document, Map<String, Object> value) {
        if (!(value.get(REF) instanceof String reference)) {
            return value;
        }
        Object here = document;
        for (String step : reference.replaceFirst("^#/", "").split("/")) {
            here = here instanceof Map<?, ?> map
                    ? map.get(step.replace("~1", "/").replace("~0", "~"))
                    : null;
        }
        return resolved(document, Tree.map(here, reference));
    }

    /** The document with those of the schemas that it leads to, directly or through others. */
    static Map<String, Object> withSchemas(Map<String, Object> document, Map<String, Object> schemas) {
        Set<String> found = new TreeSet<>();
        collect(document, schemas, found);
        Map<String, Object> reached = new TreeMap<>();
        found.forEach(name -> reached.put(name, schemas.get(name)));
        Map<String, Object> components =
                new LinkedHashMap<>(Tree.map(document.getOrDefault("components", Map.of()), "components"));
        components.put("schemas", reached);
        Map<String, Object> whole = new LinkedHashMap<>(document);
        whole.put("components", components);
        return whole;
    }

    private static void collect(@Nullable Object value, Map<String, Object> schemas, Set<String> found) {
        switch (value) {
            case Map<?, ?> map -> {
                if (map.get(REF) instanceof String reference && reference.startsWith(SCHEMAS)) {
                    String name = reference.substring(SCHEMAS.length());
                    if (!schemas.containsKey(name)) {
                        throw new IllegalStateException("The contract refers to a schema that is not there: " + name);
                    }
                    if (found.add(name)) {
                        collect(schemas.get(name), schemas, found);
                    }
                }
                map.values().forEach(each -> collect(each, schemas, found));
            }
            case List<?> list -> list.forEach(each -> collect(each, schemas, found));
            case null, default -> {}
        }
    }
}
