package io.dataprism.core.flight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortableTextTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '\\', ' FROM secrets --'",
                "SELECT \"\\\", \" FROM secrets\"",
                "SELECT 1 /*! FROM secrets */",
                "SELECT 1 --x FROM secrets",
                "SELECT 1 # FROM secrets",
                "SELECT `a` FROM t",
                "SELECT $$ FROM secrets $$",
                "SELECT $a$ FROM secrets $a$",
                "SELECT 'it''s' -- '"
            })
    void whatAnotherEngineCouldReadOtherwiseIsRefused(String sql) {
        assertThatThrownBy(() -> PortableText.check(sql)).isInstanceOfSatisfying(DataPrismException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.QUERY_NOT_ALLOWED);
            assertThat(refused.members()).containsKey("position");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '-- no comment', '/* none */', '# $x `y`'",
                "SELECT \"a -- b\", 'it''s' FROM t WHERE x = $1 - -2",
                "SELECT 4 / 2 * 3, a - b, 'ends with a quote '''",
                "FROM t SELECT data ->> '$.x'"
            })
    void whatAllReadAlikePasses(String sql) {
        assertThatCode(() -> PortableText.check(sql)).doesNotThrowAnyException();
    }
}
