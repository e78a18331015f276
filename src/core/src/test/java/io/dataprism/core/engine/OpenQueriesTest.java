package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.TableScope;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.TableInfo;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OpenQueriesTest {

    private static final long LIMIT_SECONDS = 10;

    /** An engine whose classes cannot be loaded. */
    private static final class Unloadable implements QueryRun {

        @Override
        public void open() {
            throw new NoClassDefFoundError("of the engine");
        }

        @Override
        public Schema schema() {
            return new Schema(List.of());
        }

        @Override
        public List<TableInfo.Column> columns() {
            return List.of();
        }

        @Override
        public @Nullable List<Batch> next() {
            return null;
        }

        @Override
        public double percent() {
            return 0;
        }

        @Override
        public void interrupt() {}

        @Override
        public void close() {}

        @Override
        public DataPrismException explain(Exception failure) {
            return QueryProblems.unforeseen(failure);
        }
    }

    @Test
    void anErrorOfTheVirtualMachineEndsItsQueryAndNobodyWaits() throws Exception {
        try (RootAllocator allocator = new RootAllocator();
                OpenQueries queries =
                        new OpenQueries(new EngineLimits(1, 1, 1, 1), allocator, spec -> new Unloadable(), id -> {})) {
            for (String id : List.of("first", "second")) {
                CompletableFuture<QueryEnd> end = new CompletableFuture<>();
                CompletableFuture<OpenedQuery> opened = queries.open(spec(id), end::complete);
                assertThatThrownBy(() -> opened.get(LIMIT_SECONDS, TimeUnit.SECONDS))
                        .hasCauseInstanceOf(DataPrismException.class)
                        .cause()
                        .extracting(failure -> ((DataPrismException) failure).code())
                        .isEqualTo(ErrorCode.INTERNAL);
                assertThat(end.get(LIMIT_SECONDS, TimeUnit.SECONDS).state()).isEqualTo(QueryEnd.State.FAILED);
            }
            assertThat(queries.statuses()).isEmpty();
        }
    }

    private static QuerySpec spec(String id) {
        return new QuerySpec(
                id, "SELECT 1", List.of(), 1, Duration.ofMinutes(1), null, TableScope.everything(), "user");
    }
}
