package io.dataprism.core.confinement;

import io.dataprism.sandbox.kernel.FileRules;
import io.dataprism.sandbox.kernel.Privileges;
import io.dataprism.sandbox.kernel.SystemCallFilters;

/** What the starting thread gives up before it starts a child. A seam for the test that the canary notices. */
@FunctionalInterface
interface Restriction {

    /** Capabilities, files and system calls. */
    Restriction KERNEL = files -> {
        Privileges.dropOfCallingThread();
        files.restrictCallingThread();
        SystemCallFilters.restrictCallingThread();
    };

    /** Applies to the calling thread, for good. */
    void apply(FileRules files);
}
