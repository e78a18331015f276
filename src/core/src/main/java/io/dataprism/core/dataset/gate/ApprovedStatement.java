package io.dataprism.core.dataset.gate;

import java.util.Set;

/**
 * A statement that may run.
 *
 * @param sql what is to be prepared
 * @param versions what must be visible to it under the name {@link VersionReference#view()}
 */
public record ApprovedStatement(String sql, Set<VersionReference> versions) {

    public ApprovedStatement {
        versions = Set.copyOf(versions);
    }
}
