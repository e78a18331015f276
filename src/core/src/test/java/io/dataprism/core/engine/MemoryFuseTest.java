package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFuseTest {

    @Test
    void littleIsLeftBelowSixHundredths() {
        assertThat(MemoryFuse.isLow(List.of("MemTotal:  1000 kB", "MemFree: 1 kB", "MemAvailable:  59 kB")))
                .isTrue();
        assertThat(MemoryFuse.isLow(List.of("MemTotal:  1000 kB", "MemFree: 1 kB", "MemAvailable:  61 kB")))
                .isFalse();
        assertThat(MemoryFuse.isLow(List.of("nothing of the kind"))).isFalse();
    }

    @Test
    void itBlowsAtEachLookAndNeverWhereNothingIsKnown(@TempDir Path folder) throws IOException {
        AtomicInteger blown = new AtomicInteger();
        Path source = folder.resolve("meminfo");
        MemoryFuse fuse = new MemoryFuse(source, blown::incrementAndGet);
        fuse.run();
        assertThat(blown).hasValue(0);

        Files.writeString(source, "MemTotal: 100 kB\nMemAvailable: 1 kB\n");
        fuse.run();
        fuse.run();
        assertThat(blown).hasValue(2);
    }
}
