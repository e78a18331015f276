package io.dataprism.load.node;

import io.dataprism.core.dataset.DuckDbEngine;
import io.dataprism.core.dataset.EngineSettings;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QueryEngine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The service's engine over a data folder of its own. The one place that knows how it is opened. Calls block. */
final class EngineUnderTest implements AutoCloseable {

    private final QueryEngine engine;
    private final Path data;

    private EngineUnderTest(QueryEngine engine, Path data) {
        this.engine = engine;
        this.data = data;
    }

    static EngineUnderTest open(Path data) {
        return new EngineUnderTest(DuckDbEngine.open(EngineSettings.of(data)), data);
    }

    QueryEngine engine() {
        return engine;
    }

    /** Loads a copy of a Parquet file, and answers the files that the table now lies in. */
    List<Path> load(String table, Path parquet) throws IOException {
        List<Path> before = blobs();
        Path copy = Files.copy(parquet, data.resolve("incoming").resolve(table + ".upload"));
        engine.load(new LoadRequest(table, LoadRequest.Mode.CREATE, LoadRequest.Format.PARQUET, copy, null))
                .join();
        return blobs().stream().filter(blob -> !before.contains(blob)).toList();
    }

    private List<Path> blobs() throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve("blobs"))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
