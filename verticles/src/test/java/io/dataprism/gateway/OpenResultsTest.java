package io.dataprism.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenResultsTest {

    private final OpenResults results = new OpenResults(Limits.defaults());
    private final List<Promise<Void>> open = new ArrayList<>();

    private void open(String name) {
        Promise<Void> over = Promise.promise();
        results.within(new Principal.User(name, Set.of(), null, null, null), over::future);
        open.add(over);
    }

    @Test
    void oneCallerHas64AndCannotTakeThePlacesOfOthers() {
        for (int i = 0; i < 64; i++) {
            open("greedy");
        }
        assertThatThrownBy(() -> open("greedy")).isInstanceOfSatisfying(DataPrismException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED);
            assertThat(refused.detail()).contains("64", "greedy");
        });
        open("modest");
        open.getFirst().complete();
        open("greedy");
        assertThat(results.count()).isEqualTo(65);
    }

    @Test
    void theNodeHas256() {
        for (int i = 0; i < 256; i++) {
            open("user-" + i / 64);
        }
        assertThatThrownBy(() -> open("another"))
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.OVERLOADED));
        open.forEach(over -> over.fail("the client is gone"));
        assertThat(results.count()).isZero();
    }

    @Test
    void workThatCannotBeginLeavesNoPlaceTaken() {
        assertThatThrownBy(() -> results.within(new Principal.User("u", Set.of(), null, null, null), () -> {
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(results.count()).isZero();
    }
}
