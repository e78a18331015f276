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
        fatal.remember("SELECT 1");

        assertThatThrownBy(() -> fatal.requireOther("SELECT 1"))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED));
        fatal.requireOther("SELECT 2");
        for (int i = 0; i < FatalStatements.LIMIT; i++) {
            fatal.remember("SELECT 'other', " + i);
        }
        fatal.requireOther("SELECT 1");
    }
}
