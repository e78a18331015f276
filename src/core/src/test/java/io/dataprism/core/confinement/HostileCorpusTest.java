package io.dataprism.core.confinement;

import io.dataprism.core.quota.ProcessQuotas;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole corpus, where there are control groups. */
class HostileCorpusTest extends HostileAttacks {

    /** Quick ones, of every kind. */
    private static final Set<String> SAMPLE = Set.of(
            "ReadsFilesOutside",
            "OpensEverySocketFamily",
            "ExecutesPrograms",
            "ForksByEveryCall",
            "FillsTheHeap",
            "SendsRandomBytes",
            "ForgesThePrincipal");

    HostileCorpusTest() {
        super(ProcessQuotas::open);
    }

    static Stream<HostileRow> sample() {
        return HostileRow.all().filter(row -> SAMPLE.contains(row.attack()));
    }

    static Stream<HostileRow> all() {
        return HostileRow.all();
    }

    @ParameterizedTest
    @MethodSource("sample")
    void whatAttacksGetsNothing(HostileRow row) throws Exception {
        attack(row);
    }

    @ParameterizedTest
    @MethodSource("all")
    @Tag("longer")
    void nothingThatAttacksGetsAnything(HostileRow row) throws Exception {
        attack(row);
    }
}
