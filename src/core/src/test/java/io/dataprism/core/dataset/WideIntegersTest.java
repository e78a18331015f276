package io.dataprism.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.engine.LoadRequest.Mode;
import io.dataprism.plugin.TableInfo;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WideIntegersTest {

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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "HUGEINT | 99999999999999999999, 5",
                "HUGEINT | 170141183460469231731687303715884105727, -170141183460469231731687303715884105727",
                "HUGEINT | 9223372036854775808, , 0",
                "BIGINT  | 9223372036854775807, 0",
                "DOUBLE  | 170141183460469231731687303715884105728, 5",
                "DOUBLE  | 99999999999999999999, 1.5",
                "DOUBLE  | 99999999999999999999.5, 5",
                "DOUBLE  | 1e20, 5"
            })
    void integersThatFitInto128BitsKeepEveryDigit(String type, String values) throws Exception {
        String lines = values.replace(" ", "").replace(",", ",x\n") + ",x\n";
        List<TableInfo.Column> columns =
                fixture.csv("t", Mode.CREATE, "n,text\n" + lines).table().columns();

        assertThat(columns).containsExactly(new TableInfo.Column("n", type), new TableInfo.Column("text", "VARCHAR"));
        if (type.equals("HUGEINT")) {
            assertThat(fixture.rows("SELECT coalesce(n::VARCHAR, '') FROM t"))
                    .extracting(row -> row.getFirst())
                    .containsExactly((Object[]) values.replace(" ", "").split(","));
        }
    }

    @Test
    void moreRowsOfWideIntegersAreAppended() throws Exception {
        fixture.csv("t", Mode.CREATE, "n,x\n99999999999999999999,1.5\n");
        fixture.csv("t", Mode.APPEND, "n,x\n5,2.5\n99999999999999999998,3.5\n");

        assertThat(fixture.rows("SELECT n::VARCHAR, x FROM t"))
                .containsExactly(
                        List.of("99999999999999999999", 1.5), List.of("5", 2.5), List.of("99999999999999999998", 3.5));
    }
}
