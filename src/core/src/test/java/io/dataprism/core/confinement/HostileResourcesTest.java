package io.dataprism.core.confinement;

import io.dataprism.core.quota.ProcessQuotas;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What takes memory, processors, disk and pipes, where there are no control groups to hold it. */
class HostileResourcesTest extends HostileAttacks {

    HostileResourcesTest() {
        super(ProcessQuotas::withoutGroups);
    }

    static Stream<HostileRow> ofResources() {
        return HostileRow.ofResources();
    }

    @ParameterizedTest
    @MethodSource("ofResources")
    @Tag("longer")
    void nothingThatAttacksGetsAnythingWithoutControlGroupsEither(HostileRow row) throws Exception {
        attack(row);
    }
}
