package io.dataprism.core.flight;

import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closing of streams, whatever is still in them. */
final class StreamMemory {

    private static final Logger LOG = LoggerFactory.getLogger(StreamMemory.class);

    /** A stream holds few messages, and each try frees one that is broken. */
    private static final int TRIES = 32;

    private StreamMemory() {}

    /** Cancels what is under way and frees it. Flight gives up at a batch that it cannot load, so it is told again. */
    static void free(FlightStream stream) {
        for (int i = 0; i < TRIES; i++) {
            try {
                stream.close();
                return;
            } catch (FlightRuntimeException ended) {
                return; // how it ended was told by next(); everything is freed
            } catch (Exception broken) {
                LOG.debug("A stream holds a batch that cannot be loaded", broken);
            }
        }
        LOG.error("A stream of the Flight SQL server could not be closed; some of its memory stays taken");
    }
}
