package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.engine.OpenedQuery;
import io.dataprism.core.engine.QueryEnd;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.plugin.Batch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;

/** Results that are so small that they are whole when their query opens. */
class WholeResultTest {

    @TempDir
    Path folder;

    private EngineFixture fixture;

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aSmallResultIsWholeWhenItsQueryOpensAndHoldsNoPlace() {
        List<OpenedQuery> opened = new ArrayList<>();
        for (QuerySpec spec : List.of(
                fixture.spec("SELECT 42 AS n"),
                fixture.spec("SELECT 1 AS n WHERE false"),
                fixture.spec("SELECT range AS n FROM range(2047)"),
                EngineFixture.cut(
                        fixture.spec("SELECT range AS n FROM range(1000000)"), 32_768, EngineFixture.TIMEOUT, 7L))) {
            opened.add(fixture.open(spec));
            Awaitility.await() // the answer comes before the report, and the next report can overtake it
                    .untilAsserted(() -> assertThat(fixture.ends).hasSameSizeAs(opened));
        }
        assertThat(fixture.engine.queries()).isEmpty();
        assertThat(fixture.ends).extracting(QueryEnd::rows).containsExactly(1L, 0L, 2_047L, 7L);
        for (OpenedQuery query : opened) {
            List<Batch> whole = query.whole();
            assertThat(whole).isNotNull();
            assertThat(query.batches().collectList().block(EngineFixture.TIMEOUT))
                    .isEqualTo(whole);
            whole.forEach(Batch::close);
        }
    }

    @Test
    void aResultThatIsNotSmallGoesOnAsAStream() {
        for (QuerySpec spec : List.of(
                fixture.spec("SELECT range FROM range(2049)"),
                fixture.spec("SELECT repeat('x', 1000000) FROM range(3)"),
                EngineFixture.cut(fixture.spec("FROM range(20)"), 10, EngineFixture.TIMEOUT, null))) {
            OpenedQuery query = fixture.open(spec);
            assertThat(query.whole()).as(spec.sql()).isNull();
            EngineFixture.await(fixture.engine.cancel(query.id()));
        }
    }

    @Test
    void whoTakesNothingOfAWholeResultFreesIt() {
        OpenedQuery query = fixture.open(fixture.spec("SELECT 42"));
        query.batches().subscribe(Batch::close, failure -> {}, () -> {}, Subscription::cancel);
    }

    @Test
    void aSecondSubscriberIsRefused() {
        OpenedQuery query = fixture.open(fixture.spec("SELECT 1"));
        query.batches().toStream().forEach(Batch::close);

        assertThatThrownBy(() -> Flux.from(query.batches()).blockLast(EngineFixture.TIMEOUT))
                .isInstanceOf(IllegalStateException.class);
    }
}
