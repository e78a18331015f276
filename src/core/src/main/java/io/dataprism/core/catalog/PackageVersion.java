package io.dataprism.core.catalog;

import io.dataprism.core.manifest.Manifest;
import java.util.List;

/**
 * One registered version of a plugin.
 *
 * @param digest of its package, the name in the {@link PackageStore}
 * @param findings of the inspection
 */
public record PackageVersion(String digest, Manifest manifest, List<String> findings) {

    public PackageVersion {
        findings = List.copyOf(findings);
    }
}
