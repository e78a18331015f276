package io.dataprism.core.confinement;

import io.dataprism.sandbox.kernel.FileRules;
import io.dataprism.sandbox.kernel.Privileges;
import io.dataprism.sandbox.kernel.SystemCallFilters;

/** What the starting thread gives up before it starts a child. A seam for the test that the canary notices. */
@FunctionalInterface
interface Restriction {

    /** Capabilities, system calls, and files last: afterwards this thread may not be able to load another class. */
    Restriction KERNEL = files -> {
        Privileges.dropOfCallingThread();
        SystemCallFilters.restrictCallingThread();
        files.restrictCallingThread();
    };

    /** Gives nothing up. */
    Restriction NONE = files -> {};

    /** Applies to the calling thread, for good. */
    void apply(FileRules files);
}
