package io.dataprism.core.dataset;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.permission.TableScope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A process that loads one table again and again until it is killed. Every load is whole only if all of its rows are there: a
 * load's rows carry its number, how many they are, and count from 0.
 */
final class LoadsInALoop {

    private LoadsInALoop() {}

    /** Arguments: the folder, a seed. Prints a line when the first load begins. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Random random = new Random(Long.parseLong(arguments[1]));
        DuckDbEngine engine = open(folder.resolve("data"));
        System.out.println("loading");
        for (long load = System.nanoTime(); ; load++) {
            int rows = 1 + random.nextInt(20_000);
            boolean exists = engine.datasets().find("t") != null;
            switch (random.nextInt(5)) {
                case 0 -> {
                    if (exists) {
                        engine.datasets().drop("t", null);
                    }
                }
                case 1 -> keep(engine, exists ? Mode.REPLACE : Mode.CREATE, load, rows);
                case 2 -> load(engine, folder, exists ? Mode.REPLACE : Mode.CREATE, load, rows);
                default -> load(engine, folder, exists ? Mode.APPEND : Mode.CREATE, load, rows);
            }
        }
    }

    static DuckDbEngine open(Path data) {
        return DuckDbEngine.open(
                new EngineSettings(data, 2, 512L << 20, 1L << 30, new EngineLimits(2, 8, 8, 1L << 28)));
    }

    private static void load(DuckDbEngine engine, Path folder, Mode mode, long load, int rows) throws Exception {
        String csv = LongStream.range(0, rows)
                .mapToObj(row -> load + "," + rows + "," + row + "\n")
                .collect(Collectors.joining("", "load,size,row\n", ""));
        Path upload = Files.writeString(folder.resolve("upload.csv"), csv);
        engine.datasets().load(new LoadRequest("t", mode, LoadRequest.Format.CSV, upload, null));
    }

    private static void keep(DuckDbEngine engine, Mode mode, long load, int rows) {
        QuerySpec query = new QuerySpec(
                UUID.randomUUID().toString(),
                "SELECT ?::BIGINT AS load, ?::BIGINT AS size, range AS row FROM range(?)",
                List.of(load, rows, rows),
                32_768,
                Duration.ofSeconds(30),
                null,
                TableScope.everything(),
                "tester");
        engine.keep(new KeepRequest("t", mode, null, query), end -> {}).join();
    }
}
