package io.dataprism.host;

import io.vertx.json.schema.OutputUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The errors of a validation that say what is wrong. The validator also lists each keyword that failed only because of a deeper
 * one, and takes members that are declared but do not fit for members that are not declared.
 */
final class SchemaErrors {

    /** Keywords for what no other keyword beside them has seen. */
    private static final List<String> LEFT_OVER = List.of("/additionalProperties", "/unevaluatedProperties");

    private final Map<String, List<String>> keywordsByInstance = new HashMap<>();

    private SchemaErrors() {}

    /**
     * The leaves, in their order.
     *
     * @param all in the validator's order: a keyword stands right before what it failed of
     * @return empty only where {@code all} is
     */
    static List<OutputUnit> precise(List<OutputUnit> all) {
        List<OutputUnit> declared = new SchemaErrors().withoutFalseLeftOvers(all);
        List<OutputUnit> leaves = new ArrayList<>();
        for (int i = 0; i < declared.size(); i++) {
            if (i + 1 == declared.size() || !isBelow(declared.get(i + 1), declared.get(i))) {
                leaves.add(declared.get(i));
            }
        }
        return leaves.isEmpty() ? all : leaves;
    }

    private List<OutputUnit> withoutFalseLeftOvers(List<OutputUnit> all) {
        List<OutputUnit> kept = new ArrayList<>();
        OutputUnit dropped = null;
        for (OutputUnit each : all) {
            if (dropped != null && isBelow(each, dropped)) {
                continue;
            }
            if (isFalseLeftOver(each)) {
                dropped = each;
                continue;
            }
            dropped = null;
            kept.add(each);
            keywordsByInstance
                    .computeIfAbsent(each.getInstanceLocation(), instance -> new ArrayList<>())
                    .add(each.getKeywordLocation());
        }
        return kept;
    }

    /** Whether the member has failed of a keyword that declares it. */
    private boolean isFalseLeftOver(OutputUnit error) {
        String keyword = error.getKeywordLocation();
        for (String leftOver : LEFT_OVER) {
            if (keyword.endsWith(leftOver)) {
                String beside = keyword.substring(0, keyword.length() - leftOver.length() + 1);
                boolean anyDepth = leftOver.equals("/unevaluatedProperties");
                return keywordsByInstance.getOrDefault(error.getInstanceLocation(), List.of()).stream()
                        .filter(other -> other.startsWith(beside))
                        .map(other -> other.substring(beside.length()))
                        .anyMatch(rest -> anyDepth || rest.equals("properties") || rest.equals("patternProperties"));
            }
        }
        return false;
    }

    private static boolean isBelow(OutputUnit deeper, OutputUnit error) {
        return deeper.getKeywordLocation().startsWith(error.getKeywordLocation() + "/")
                && isAtOrBelow(deeper.getInstanceLocation(), error.getInstanceLocation());
    }

    private static boolean isAtOrBelow(String deeper, String instance) {
        return deeper.equals(instance) || deeper.startsWith(instance + "/");
    }
}
