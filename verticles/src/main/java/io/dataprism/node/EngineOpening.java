package io.dataprism.node;

import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.engine.QueryEngine;
import io.dataprism.core.flight.FlightSettings;
import io.dataprism.core.flight.FlightSqlEngine;
import java.nio.file.Path;

/** Opens the engine that the configuration names. What belongs to the others is not even loaded. Blocks. */
final class EngineOpening {

    private EngineOpening() {}

    static QueryEngine open(NodeConfiguration configuration, Path dataDirectory) {
        return switch (configuration.engine()) {
            case EngineConfiguration.DuckDb duckDb -> open(duckDb, configuration.loadSample(), dataDirectory);
            case EngineConfiguration.FlightSql flight -> Remote.open(flight.settings());
        };
    }

    private static QueryEngine open(EngineConfiguration.DuckDb duckDb, boolean sample, Path dataDirectory) {
        DuckDbEngine engine = DuckDbEngine.open(duckDb.settings(dataDirectory));
        if (sample) {
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
