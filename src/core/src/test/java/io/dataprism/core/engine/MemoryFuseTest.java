package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFuseTest {

    @Test
    void littleIsLeftBelowSixHundredths() throws IOException {
        assertThat(isLow("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:  59 kB\n"))
                .isTrue();
        assertThat(isLow("MemTotal:       24000000 kB\nMemFree: 1 kB\nMemAvailable:  1430000 kB\nBuffers: 0 kB"))
                .isTrue();
        assertThat(isLow("MemTotal:  1000 kB\nMemFree: 1 kB\nMemAvailable:  61 kB\n"))
                .isFalse();
        assertThat(isLow("MemAvailable:  1 kB\n")).isFalse();
        assertThat(isLow("nothing of the kind")).isFalse();
    }

    private static boolean isLow(String text) throws IOException {
        return MemoryFuse.isLow(new BufferedReader(new StringReader(text)));
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
