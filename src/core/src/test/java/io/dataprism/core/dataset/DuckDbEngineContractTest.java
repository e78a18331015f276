package io.dataprism.core.dataset;

import io.dataprism.core.engine.EngineContract;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.QueryEngine;
import java.nio.file.Files;
import java.nio.file.Path;

class DuckDbEngineContractTest extends EngineContract {

    @Override
    protected QueryEngine open(Path folder) throws Exception {
        QueryEngine engine =
                DuckDbEngine.open(new EngineSettings(folder.resolve("data"), 2, 1L << 30, 1L << 30, limits()));
        load(engine, folder, "numbers", "n,name\n1,one\n2,two\n3,\n");
        load(engine, folder, "secrets", "s\nhidden\n");
        return engine;
    }

    private static void load(QueryEngine engine, Path folder, String table, String csv) throws Exception {
        Path file = Files.writeString(folder.resolve(table + ".csv"), csv);
        EngineUser.await(
                engine.load(new LoadRequest(table, LoadRequest.Mode.CREATE, LoadRequest.Format.CSV, file, null)));
    }
}
