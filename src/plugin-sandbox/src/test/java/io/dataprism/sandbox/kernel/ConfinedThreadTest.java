package io.dataprism.sandbox.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfinedThreadTest {

    @TempDir
    Path own;

    @Test
    void thisMachineCanConfine() {
        assertThat(KernelSupport.missing()).isEmpty();
        assertThat(FileRules.abi()).isPositive();
        assertThat(FileRules.handledRights(1)).isEqualTo(0x1fff);
        assertThat(FileRules.handledRights(7)).isEqualTo(0xffff);
    }

    @Test
    void theCanaryFindsEverythingOpenInAFreeProcess() {
        assertThat(Canary.notRefused(own.resolve("canary").toString()))
                .contains(
                        "reading /etc/passwd",
                        "a UDP socket",
                        "a TCP socket",
                        "a Unix socket",
                        "running a program",
                        "making a process with clone",
                        "making a process with clone3");
        assertThat(own.resolve("canary")).doesNotExist();
    }

    @Test
    void aRestrictedThreadIsConfinedAndOthersAreNot() throws Exception {
        FileRules files =
                new FileRules().readAndWrite(own).read(Path.of("/nowhere")).writeInto(Path.of("/dev/null"));
        AtomicLong socket = new AtomicLong();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().unstarted(() -> {
            try {
                Privileges.dropOfCallingThread();
                SystemCallFilters.restrictCallingThread();
                files.restrictCallingThread();
                Files.writeString(own.resolve("mine"), "x");
                socket.set(SystemCalls.call(SystemCalls.machine().number("socket"), 1, 1, 0));
                Files.readString(Path.of("/etc/passwd"));
            } catch (Throwable found) {
                failure.set(found);
            }
        });
        thread.start();
        thread.join();

        assertThat(failure.get()).isInstanceOf(AccessDeniedException.class);
        assertThat(socket).hasValue(-SystemCalls.EACCES);
        assertThat(own.resolve("mine")).exists();
        assertThat(Files.readString(Path.of("/etc/passwd"))).isNotEmpty();
    }
}
