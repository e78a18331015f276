package io.dataprism.core.catalog;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.DataPrismException.Violation;
import io.dataprism.core.error.ErrorCode;
import java.util.List;

/** What becomes of a package in which the inspection has found something; bundled ones are exempt. */
public enum FindingsPolicy {
    /** It is registered, and the findings are shown with it and with its grants. */
    WARN,

    /** It is refused. */
    REFUSE;

    void check(String plugin, String version, List<String> findings) {
        if (this == REFUSE && !findings.isEmpty()) {
            throw new DataPrismException(
                            ErrorCode.PACKAGE_INVALID,
                            "The package of " + plugin + " " + version + " is refused, since this node takes none with "
                                    + "findings; it has " + findings.size() + ", the first: " + findings.getFirst(),
                            "Leave out what `errors` names, or set `findings: warn` under `plugins` in the configuration.")
                    .withViolations(findings.stream()
                            .map(finding -> new Violation("#", finding, null))
                            .toList());
        }
    }
}
