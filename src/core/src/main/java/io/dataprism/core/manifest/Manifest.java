package io.dataprism.core.manifest;

import io.dataprism.core.permission.Permission;
import io.dataprism.plugin.ResourceQuota;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A manifest that was found valid.
 *
 * @param version a semantic version
 * @param category {@code data-processing}, {@code visualization}, {@code integration} or {@code utility}
 * @param entryPoint the binary name of a class
 * @param configuration the JSON Schema of the settings; empty: anything goes
 * @param document the whole document as it was written, JSON values
 */
public record Manifest(
        String name,
        String version,
        String description,
        String category,
        String runtime,
        String entryPoint,
        List<Dependency> dependencies,
        List<Permission> permissions,
        List<OperationSpec> operations,
        List<ScheduleSpec> schedules,
        Map<String, @Nullable Object> configuration,
        ResourceQuota resources,
        CrashPolicy crash,
        Compatibility compatibility,
        Map<String, @Nullable Object> document) {

    /** An operation by name. */
    public Optional<OperationSpec> operation(String operation) {
        return operations.stream().filter(each -> each.name().equals(operation)).findFirst();
    }

    /** Whether the plugin may read the machine's fonts: it asks for the user interface. */
    public boolean drawing() {
        return permissions.stream().anyMatch(permission -> permission.resource() == Permission.Resource.UI);
    }

    /**
     * A plugin that this one needs.
     *
     * @param version a range of semantic versions
     * @param optional whether it does without
     */
    public record Dependency(String name, String version, boolean optional) {}
}
