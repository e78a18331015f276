package io.dataprism.core.confinement;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What takes memory, processors, disk and pipes, where there are no control groups to hold it. */
class HostileResourcesTest extends HostileAttacks {

    static Stream<HostileRow> ofResources() {
        return HostileRow.ofResources();
    }

    @ParameterizedTest
    @MethodSource("ofResources")
    @Tag("longer")
    void nothingThatAttacksGetsAnythingWithoutControlGroupsEither(HostileRow row) throws Exception {
        attack(row, false);
    }
}
