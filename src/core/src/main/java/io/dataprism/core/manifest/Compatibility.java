package io.dataprism.core.manifest;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * The versions of the core that a plugin works with; null: no bound.
 *
 * @param maxCoreVersion included; {@code 0.x} means the last of those
 */
public record Compatibility(
        @Nullable String minCoreVersion, @Nullable String maxCoreVersion) {

    /** Works with every core. */
    public static final Compatibility ANY = new Compatibility(null, null);

    /** Whether that core will do. */
    public boolean includes(String coreVersion) {
        Semver core = new Semver(coreVersion);
        return (minCoreVersion == null || core.satisfies(">=" + minCoreVersion))
                && (maxCoreVersion == null || core.satisfies("<=" + maxCoreVersion));
    }

    /** Fails with {@code INCOMPATIBLE_CORE} where that core will not do. */
    public void check(String plugin, String coreVersion) {
        if (!includes(coreVersion)) {
            List<String> bounds = new ArrayList<>();
            if (minCoreVersion != null) {
                bounds.add("minCoreVersion " + minCoreVersion);
            }
            if (maxCoreVersion != null) {
                bounds.add("maxCoreVersion " + maxCoreVersion);
            }
            throw new DataPrismException(
                    ErrorCode.INCOMPATIBLE_CORE,
                    "Plugin " + plugin + " works with " + String.join(" and ", bounds) + "; this core is " + coreVersion
                            + ".",
                    "Register a version of the plugin whose `compatibility` includes " + coreVersion + ".");
        }
    }
}
