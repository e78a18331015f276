package io.dataprism.core.manifest;

import io.dataprism.core.manifest.OperationSpec.Input;
import io.dataprism.core.manifest.OperationSpec.Kind;
import io.dataprism.plugin.ExportFormat;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the {@code operations} of a manifest. */
final class OperationReader {

    private static final int OPERATIONS_LIMIT = 256;
    private static final List<String> MEDIA_TYPES =
            Arrays.stream(ExportFormat.values()).map(ExportFormat::mediaType).toList();

    private OperationReader() {}

    /** @param module whether a module performs them, which cannot draw */
    static List<OperationSpec> read(ObjectReader manifest, boolean module, Pattern name, String nameInWords) {
        List<OperationSpec> operations = new ArrayList<>();
        manifest.objects("operations", OPERATIONS_LIMIT, (each, at) -> {
            String own = each.required("name", name, nameInWords);
            Kind kind = each.choice("kind", Kind.class, null).orElse(Kind.VALUE);
            Input input = each.choice("input", Input.class, Input.NONE).orElse(Input.NONE);
            if (module && kind == Kind.RENDERING) {
                each.problem("kind", "With `runtime: wasm`, 'kind' must be value or dataset: modules do not draw.");
            }
            operations.add(new OperationSpec(
                    own,
                    each.text("description", ""),
                    kind,
                    input,
                    each.schema("params"),
                    each.schema("result"),
                    mediaTypes(each, kind),
                    each.flag("idempotent", false)));
        });
        return operations;
    }

    private static List<String> mediaTypes(ObjectReader reader, Kind kind) {
        List<String> mediaTypes = reader.texts("mediaTypes", MEDIA_TYPES.size());
        if (kind != Kind.RENDERING && !mediaTypes.isEmpty()) {
            reader.problem("mediaTypes", "'mediaTypes' is for operations of kind rendering only.");
        } else if (!MEDIA_TYPES.containsAll(mediaTypes)) {
            reader.problem("mediaTypes", "Each of 'mediaTypes' must be one of " + MEDIA_TYPES + ".");
        }
        return kind == Kind.RENDERING && mediaTypes.isEmpty() ? List.of(ExportFormat.SVG.mediaType()) : mediaTypes;
    }
}
