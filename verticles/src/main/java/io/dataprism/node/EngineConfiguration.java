package io.dataprism.node;

import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.flight.FlightSettings;
import java.nio.file.Path;

/** Which engine a node has. */
public sealed interface EngineConfiguration {

    /** Of its queries. */
    EngineLimits limits();

    /** DuckDB in this process; sizes as in {@link EngineSettings}. */
    record DuckDb(int threads, long memoryLimitBytes, long spillLimitBytes, EngineLimits limits)
            implements EngineConfiguration {

        /** What fits this machine. */
        public static DuckDb defaults() {
            EngineSettings fit = EngineSettings.of(Path.of(""));
            return new DuckDb(fit.threads(), fit.memoryLimitBytes(), fit.spillLimitBytes(), fit.limits());
        }

        EngineSettings settings(Path dataDirectory) {
            return new EngineSettings(dataDirectory, threads, memoryLimitBytes, spillLimitBytes, limits);
        }
    }

    /** A server of Arrow Flight SQL. */
    record FlightSql(FlightSettings settings) implements EngineConfiguration {

        @Override
        public EngineLimits limits() {
            return settings.limits();
        }
    }
}
