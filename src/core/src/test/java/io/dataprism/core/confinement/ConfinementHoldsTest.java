package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static io.dataprism.core.confinement.Sandboxes.call;
import static io.dataprism.core.confinement.Sandboxes.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@TestInstance(Lifecycle.PER_CLASS)
class ConfinementHoldsTest {

    Sandboxes sandboxes;
    private PluginProcess process;
    private Path foreign;

    /** Opens the sandboxes and starts a worker. */
    PluginProcess started() throws IOException {
        sandboxes = new Sandboxes();
        return sandboxes.started("Worker", new RecordingDoor());
    }

    @BeforeAll
    void open(@TempDir Path otherPlugin) throws IOException {
        process = started();
        foreign = Files.writeString(otherPlugin.resolve("secret.txt"), "secret");
    }

    @AfterAll
    void closeAndProveThatNothingIsLeft() {
        sandboxes.close();
    }

    @ParameterizedTest
    @CsvSource({
        "read, /etc/passwd",
        "read, /proc/self/environ",
        "read, /proc/1/environ",
        "read, HOST",
        "read, FOREIGN",
        "delete, FOREIGN",
        "mode, FOREIGN",
        "write, /tmp/dataprism-outside",
        "write, /etc/dataprism-outside",
        "list, /",
        "list, /tmp",
        "list, /root",
        "tcp, ",
        "listen, ",
        "udp, ",
        "unix, ",
        "builder, ",
        "runtime, ",
        "kill, PARENT",
        "native, ",
        "kernel, ",
        "attach, ",
    })
    void theForbiddenIsRefused(String what, String path) {
        String target = switch (String.valueOf(path)) {
            case "FOREIGN" -> foreign.toString();
            case "HOST" -> "/proc/" + ProcessHandle.current().pid() + "/environ";
            case "PARENT" -> String.valueOf(ProcessHandle.current().pid());
            default -> String.valueOf(path);
        };

        assertThat((String) value(process, call("forbidden", Map.of("what", what, "path", target))))
                .startsWith("refused: ");
        assertThat(foreign).exists();
    }

    @Test
    void theHostItselfStaysFree() throws Exception {
        assertThat(Files.readString(Path.of("/etc/passwd"))).isNotEmpty();
        assertThat(new ProcessBuilder("/bin/true").start().waitFor()).isZero();
        assertThat(Thread.ofVirtual().start(() -> {}).join(BOUND)).isTrue();
    }
}
