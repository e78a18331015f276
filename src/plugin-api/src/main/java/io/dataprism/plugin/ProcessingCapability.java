package io.dataprism.plugin;

import java.util.List;

/**
 * A kind of processing that a plugin has.
 *
 * @param inputTypes of the columns that it reads; empty: any
 * @param outputTypes of the columns that it answers; empty: any
 * @param complexity how the time grows with the rows
 * @param async whether it answers before it has read the whole input
 */
public record ProcessingCapability(
        String name,
        String description,
        List<DataType> inputTypes,
        List<DataType> outputTypes,
        Complexity complexity,
        boolean async) {

    public ProcessingCapability {
        inputTypes = List.copyOf(inputTypes);
        outputTypes = List.copyOf(outputTypes);
    }

    /** How the time grows. */
    public enum Complexity {
        /** Each row once. */
        LOW,
        /** Sorting, or a few passes. */
        MEDIUM,
        /** More than that. */
        HIGH
    }
}
