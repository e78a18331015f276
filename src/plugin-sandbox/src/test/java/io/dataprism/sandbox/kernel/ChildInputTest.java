package io.dataprism.sandbox.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ChildInputTest {

    private static final int MORE_THAN_A_PIPE = 4 << 20;
    private static final long LIMIT_SECONDS = 20;

    private final Process silent = start("sleep", "60");

    @AfterEach
    void end() {
        silent.destroyForcibly();
    }

    @Test
    void what_the_pipe_has_no_room_for_is_not_taken_and_nobody_waits() throws Exception {
        try (ChildInput input = ChildInput.of(silent.pid()).orElseThrow()) {
            byte[] bytes = new byte[MORE_THAN_A_PIPE];
            int taken = 0;
            int last = 1;
            while (last > 0) {
                last = input.offer(bytes, taken, bytes.length - taken);
                taken += last;
            }
            assertThat(taken).isPositive().isLessThan(MORE_THAN_A_PIPE);
        }
    }

    @Test
    void a_write_waits_for_the_reader_and_comes_in_order() throws Exception {
        Process echo = start("cat");
        byte[] bytes = new byte[MORE_THAN_A_PIPE];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) (at * 31 >> 3);
        }
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> readAll(echo));
        try (ChildInput input = ChildInput.of(echo.pid()).orElseThrow()) {
            echo.getOutputStream().close();
            input.write(bytes);
        }
        assertThat(read.get(LIMIT_SECONDS, TimeUnit.SECONDS)).isEqualTo(bytes);
    }

    @Test
    void a_wait_ends_with_the_child_and_a_closed_one_writes_nothing() throws Exception {
        ChildInput input = ChildInput.of(silent.pid()).orElseThrow();
        silent.getOutputStream().close();
        CompletableFuture<Void> written = CompletableFuture.runAsync(() -> writeAll(input, new byte[MORE_THAN_A_PIPE]));
        silent.destroyForcibly();
        assertThatThrownBy(() -> written.get(LIMIT_SECONDS, TimeUnit.SECONDS)).hasMessageContaining("errno 32");
        input.close();
        assertThatThrownBy(() -> input.offer(new byte[1], 0, 1)).isInstanceOf(IOException.class);
    }

    @Test
    void what_is_no_pipe_and_who_is_not_there_are_left_alone() throws Exception {
        Process deaf = new ProcessBuilder("sleep", "60")
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
        try {
            assertThat(ChildInput.of(deaf.pid())).isEmpty();
        } finally {
            deaf.destroyForcibly();
        }
        assertThat(ChildInput.of(Integer.MAX_VALUE)).isEmpty();
    }

    private static Process start(String... command) {
        try {
            return new ProcessBuilder(command).start();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static byte[] readAll(Process process) {
        try {
            return process.getInputStream().readAllBytes();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void writeAll(ChildInput input, byte[] bytes) {
        try {
            input.write(bytes);
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
