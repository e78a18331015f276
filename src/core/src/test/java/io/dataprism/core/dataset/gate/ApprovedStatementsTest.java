package io.dataprism.core.dataset.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.permission.TableScope;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ApprovedStatementsTest {

    private final ApprovedStatements approved = new ApprovedStatements();
    private final AtomicInteger checks = new AtomicInteger();

    private String get(String sql, TableScope scope, long revision) {
        return approved.get(
                        sql,
                        scope,
                        revision,
                        () -> new ApprovedStatement(sql + " checked " + checks.incrementAndGet(), Set.of()))
                .sql();
    }

    @Test
    void aStatementIsCheckedOnceForAScopeAndARevisionOfTheCatalog() {
        TableScope narrow = new TableScope(List.of(List.of("flights")));
        assertThat(get("SELECT 1", TableScope.everything(), 1)).isEqualTo("SELECT 1 checked 1");
        assertThat(get("SELECT 1", TableScope.everything(), 1)).isEqualTo("SELECT 1 checked 1");
        assertThat(get("SELECT 1", new TableScope(List.of(List.of("flights"))), 1))
                .isEqualTo("SELECT 1 checked 2");
        assertThat(get("SELECT 1", narrow, 1)).isEqualTo("SELECT 1 checked 2");
        assertThat(get("SELECT 1", narrow, 2)).isEqualTo("SELECT 1 checked 3");
        assertThat(get("SELECT 2", narrow, 2)).isEqualTo("SELECT 2 checked 4");
    }

    @Test
    void aRefusalIsAskedForEachTime() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> approved.get("DROP TABLE t", TableScope.everything(), 1, () -> {
                        checks.incrementAndGet();
                        throw Refusals.notAllowed("it is no good");
                    }))
                    .hasMessageContaining("it is no good");
        }
        assertThat(checks).hasValue(2);
    }

    @Test
    void longStatementsAndOldOnesAreForgotten() {
        String longOne = "SELECT '" + "x".repeat(5_000) + "'";
        get(longOne, TableScope.everything(), 1);
        get(longOne, TableScope.everything(), 1);
        assertThat(checks).hasValue(2);
        get("SELECT 1", TableScope.everything(), 1);
        for (int i = 0; i < 600; i++) {
            get("SELECT 'other', " + i, TableScope.everything(), 1);
        }
        assertThat(get("SELECT 1", TableScope.everything(), 1)).isEqualTo("SELECT 1 checked 604");
    }
}
