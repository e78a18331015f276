package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.KeepRequest;
import io.dataprism.core.engine.LoadRequest;
import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryOutput;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportLimitTest {

    @TempDir
    Path folder;

    private static QuerySpec export(String sql) {
        return new QuerySpec(
                "q-1",
                sql,
                List.of(),
                1_000,
                Duration.ofSeconds(30),
                null,
                TableScope.everything(),
                "/users/tester",
                QueryOutput.PARQUET);
    }

    @Test
    void aFileBeyondTheLimitIsStoppedAndDeletedAndASmallOneIsNot() throws Exception {
        EngineSettings settings =
                new EngineSettings(folder.resolve("data"), 2, 1L << 30, 4L << 20, new EngineLimits(4, 8, 8, 1L << 30));
        try (DuckDbEngine engine = DuckDbEngine.open(settings)) {
            assertThatThrownBy(() -> EngineFixture.await(
                            engine.query(export("SELECT md5(i::VARCHAR) AS h FROM range(1000000000) r(i)"), end -> {})))
                    .isInstanceOfSatisfying(DataPrismException.class, failure -> {
                        assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED);
                        assertThat(failure.getMessage()).contains("4194304");
                    });
            assertNoFiles();
            OpenedQuery small = EngineFixture.await(engine.query(export("SELECT 1 AS a"), end -> {}));
            List<Batch> pieces = small.batches().collectList().block();
            assertThat(pieces).hasSize(1);
            pieces.forEach(Batch::close);
            assertNoFiles();
            assertThat(engine.allocator().getAllocatedMemory()).isZero();
        }
    }

    @Test
    void aResultThatIsToBeKeptHasTheSameLimit() throws Exception {
        EngineSettings settings =
                new EngineSettings(folder.resolve("data"), 2, 1L << 30, 4L << 20, new EngineLimits(4, 8, 8, 1L << 30));
        try (EngineFixture fixture = new EngineFixture(folder, settings)) {
            KeepRequest large = new KeepRequest(
                    "kept",
                    LoadRequest.Mode.CREATE,
                    null,
                    fixture.spec("SELECT md5(i::VARCHAR) AS h FROM range(1000000000) r(i)"));
            assertThatThrownBy(() -> EngineFixture.await(fixture.engine.keep(large, end -> {})))
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.QUOTA_EXCEEDED));
            assertNoFiles();
            assertThat(fixture.engine.datasets().find("kept")).isNull();
        }
    }

    private void assertNoFiles() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("data").resolve("exports"))) {
            assertThat(files).isEmpty();
        }
    }
}
