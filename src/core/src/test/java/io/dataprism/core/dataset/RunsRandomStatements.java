package io.dataprism.core.dataset;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.plugin.Batch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * A process that runs random statements on an engine until one of them breaks a promise, which it then says, or until all have
 * run. What it runs is told beforehand, so that also the statement is known that ends the process.
 */
final class RunsRandomStatements {

    private static final Duration DEADLINE = Duration.ofSeconds(2);
    private static final Duration FREED = Duration.ofSeconds(30);
    private static final List<ResultFormat> FORMATS =
            List.of(ResultFormat.ARROW_STREAM, ResultFormat.NDJSON, ResultFormat.CSV);

    private RunsRandomStatements() {}

    /**
     * Arguments: a folder, a seed, how many statements. The last line is {@code done}, or says what was broken. A fault that
     * DuckDB finds in itself breaks nothing as long as the next query works and nothing is held.
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Random seeds = new Random(Long.parseLong(arguments[1]));
        EngineFixture fixture = new EngineFixture(
                folder,
                new EngineSettings(
                        folder.resolve("data"), 2, 256L << 20, 64L << 20, new EngineLimits(4, 64, 64, 256L << 20)));
        fixture.csv("t", LoadRequest.Mode.CREATE, "x,y\n1,a\n");
        fixture.csv("t", LoadRequest.Mode.APPEND, "x,y\n2,\n");
        int answered = 0;
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            long seed = seeds.nextLong();
            String sql = RandomStatements.of(seed);
            System.out.println("seed " + seed + ": " + sql);
            System.out.flush();
            boolean[] hadRows = new boolean[1];
            String broken = broken(fixture, sql, FORMATS.get(i % FORMATS.size()), hadRows);
            answered += hadRows[0] ? 1 : 0;
            if (broken != null) {
                System.out.println("broken: " + broken);
                Runtime.getRuntime().halt(1);
            }
        }
        System.out.println("done, and " + answered + " had rows");
        Runtime.getRuntime().halt(0);
    }

    private static String broken(EngineFixture fixture, String sql, ResultFormat format, boolean[] hadRows) {
        try {
            run(fixture, sql, format);
            hadRows[0] = true;
        } catch (DataPrismException failure) {
            if (failure.code() == ErrorCode.INTERNAL) {
                Throwable root = failure;
                while (root.getCause() != null && root.getCause() != root) {
                    root = root.getCause();
                }
                if (!EngineFault.isPossible(root)) {
                    return failure.detail() + " " + root;
                }
                // DuckDB's own mistake, told as what it is: from here on it must only harm nobody else
                System.out.println("a fault of the engine: "
                        + root.getMessage().lines().findFirst().orElse(""));
            }
        } catch (Exception | Error failure) {
            return "it failed with " + failure;
        }
        try {
            fixture.awaitNothingHeld(FREED);
            List<List<Object>> next = fixture.rows("SELECT 42");
            if (!next.equals(List.of(List.of(42)))) {
                return "the next query answered " + next;
            }
        } catch (Exception | Error failure) {
            return "after it " + failure;
        }
        return null;
    }

    private static void run(EngineFixture fixture, String sql, ResultFormat format) {
        var opened = fixture.open(EngineFixture.cut(fixture.spec(sql), 1_024, DEADLINE, 10_000L));
        var writer = format.writer(opened.schema(), opened.columns());
        var out = new io.dataprism.core.format.ByteSink(0);
        writer.begin(out);
        Iterable<Batch> batches = opened.batches().toIterable(1);
        for (Batch batch : batches) {
            try (batch) {
                for (int row = 0; row < batch.rowCount(); ) {
                    row = writer.rows(out, batch, row, 64 << 10);
                    out.take();
                }
            }
        }
        writer.end(out);
    }
}
