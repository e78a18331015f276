package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class WatchedTest {

    private static final String ENDLESS = "SELECT sum(a.range * b.range % 7) FROM range(10000000) a, range(10000000) b";

    @Test
    void aStatementIsStoppedWhileItRunsAndNothingThatItsConnectionDoesAfterwards() throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement one = connection.createStatement();
                Statement other = connection.createStatement()) {
            Watched stopped = new Watched(one);
            CompletableFuture<Void> run = CompletableFuture.runAsync(() -> endless(one));
            awaitEnd(run, stopped::stop);
            assertThatThrownBy(run::join).hasRootCauseInstanceOf(SQLException.class);
            assertThat(stopped.isStopped()).isTrue();

            Watched ended = new Watched(other);
            ended.over();
            CompletableFuture<Void> next = CompletableFuture.runAsync(() -> endless(other));
            for (int i = 0; i < 1_000; i++) {
                ended.stop();
            }
            assertThat(next).isNotDone();
            assertThat(ended.isStopped()).isFalse();
            awaitEnd(next, other::cancel);
        }
    }

    /** A statement that has ended already cannot be cancelled, and one that has not begun is not. */
    private static void awaitEnd(CompletableFuture<Void> run, ThrowingCallable cancel) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsInstanceOf(SQLException.class)
                .untilAsserted(() -> {
                    if (!run.isDone()) {
                        cancel.call();
                    }
                    assertThat(run).isDone();
                });
    }

    private static void endless(Statement statement) {
        try {
            statement.execute(ENDLESS);
        } catch (SQLException stopped) {
            throw new IllegalStateException(stopped);
        }
    }
}
