package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.junit.jupiter.api.Test;

class FatalStatementsTest {

    private final FatalStatements fatal = new FatalStatements();

    @Test
    void aStatementThatMadeTheEngineGiveUpIsRefusedUntilNewerOnesDisplaceIt() {
        fatal.blame("SELECT 1", true);

        assertRefused("SELECT 1");
        fatal.requireOther("SELECT 2");
        for (int i = 0; i < FatalStatements.LIMIT; i++) {
            fatal.blame("SELECT 'other', " + i, true);
        }
        fatal.requireOther("SELECT 1");
    }

    @Test
    void aStatementThatRanBesideOthersIsRefusedOnlyWhenItHappensTwice() {
        fatal.blame("SELECT 1", false);
        fatal.blame("SELECT 2", false);
        fatal.requireOther("SELECT 1");

        fatal.blame("SELECT 1", false);

        assertRefused("SELECT 1");
        fatal.requireOther("SELECT 2");
    }

    private void assertRefused(String sql) {
        assertThatThrownBy(() -> fatal.requireOther(sql))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED));
    }
}
