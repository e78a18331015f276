package io.dataprism.core.dataset;

import io.dataprism.core.error.DataPrismException;

/** Another node has changed the table first: the change is to be made again, on what holds now, or refused. */
final class LostRaceException extends Exception {

    private static final long serialVersionUID = 1L;

    private final DataPrismException conflict;

    LostRaceException(DataPrismException conflict) {
        super(conflict);
        this.conflict = conflict;
    }

    /** What is told to whoever asked, where it is not made again. */
    DataPrismException conflict() {
        return conflict;
    }
}
