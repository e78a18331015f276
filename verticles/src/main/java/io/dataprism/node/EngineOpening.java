package io.dataprism.node;

import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.flight.FlightSettings;
import io.dataprism.core.flight.FlightSqlEngine;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/** Opens the engine that the configuration names. What belongs to the others is not even loaded. Blocks. */
final class EngineOpening {

    private EngineOpening() {}

    /** @param goesOn asked before what takes long; false: nobody waits for it any more */
    static QueryEngine open(NodeConfiguration configuration, Path dataDirectory, BooleanSupplier goesOn) {
        return switch (configuration.engine()) {
            case EngineConfiguration.DuckDb duckDb ->
                configuration.cluster() == null
                        ? open(duckDb, configuration.loadSample(), dataDirectory, goesOn)
                        : DuckDbEngine.openToShare(duckDb.settings(dataDirectory));
            case EngineConfiguration.FlightSql flight -> Remote.open(flight.settings());
        };
    }

    private static QueryEngine open(
            EngineConfiguration.DuckDb duckDb, boolean sample, Path dataDirectory, BooleanSupplier goesOn) {
        DuckDbEngine engine = DuckDbEngine.open(duckDb.settings(dataDirectory));
        if (sample && goesOn.getAsBoolean()) {
            engine.datasets().loadSampleOnce();
        }
        return engine;
    }

    /** Apart, so that the verifier of the class above needs nothing of Flight. */
    private static final class Remote {
        static QueryEngine open(FlightSettings settings) {
            return FlightSqlEngine.open(settings);
        }
    }
}
