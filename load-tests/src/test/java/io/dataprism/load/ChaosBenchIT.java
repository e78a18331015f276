package io.dataprism.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The short form of the soak: three minutes of a seed, which another can be given in the place of. */
@Tag("longer")
class ChaosBenchIT {

    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final long SEED = Long.getLong("dataprism.chaos.seed", 20261126);
    private static final int MINUTES = 3;
    private static final int RATE = Integer.getInteger("dataprism.chaos.rate", 20);

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void every_promise_is_kept_through_three_minutes_of_random_faults() throws Exception {
        assumeTrue(Files.isDirectory(ROOT.resolve("src/cli/target/dist/lib")), "the distribution is not built");
        Map<String, Object> result = new ChaosBench(new ChaosOptions(SEED, MINUTES, 3, RATE, null), ROOT).run();
        assertThat(result).as("%s", result).containsEntry("holds", true);
    }
}
