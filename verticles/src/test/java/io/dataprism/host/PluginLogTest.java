package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.host.PluginLog.Page;
import io.dataprism.plugin.PluginLogger.Level;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PluginLogTest {

    private final PluginLog log = new PluginLog();

    @Test
    void aReaderGoesOnWhereItWas() {
        for (int line = 1; line <= 5; line++) {
            log.addFromPlugin(Level.INFO, "line " + line, new JsonObject().put("n", line));
        }
        Page first = log.after(0, 3);
        assertThat(documents(first))
                .extracting(line -> line.getJsonObject("fields").getInteger("n"))
                .containsExactly(1, 2, 3);
        Page second = log.after(first.last(), 3);
        assertThat(documents(second))
                .extracting(line -> line.getString("message"))
                .containsExactly("line 4", "line 5");
        assertThat(log.after(second.last(), 3)).isEqualTo(new Page(List.of(), 5, 0));
    }

    @Test
    void aReaderThatWasSlowSeesHowManyLinesItMissed() {
        log.add(Level.INFO, "first");
        long read = log.after(0, 1).last();
        for (int line = 0; line < PluginLog.LINES_LIMIT + 7; line++) {
            log.add(Level.INFO, "line " + line);
        }
        Page page = log.after(read, 2);
        assertThat(page.missed()).isEqualTo(7);
        assertThat(documents(page).getFirst().getString("message")).isEqualTo("line 7");
        assertThat(log.after(page.last(), 2).missed()).isZero();
        assertThat(log.after(0, 1).missed()).as("who begins has missed nothing").isZero();
    }

    @Test
    void aLongMessageIsCutAndFollowersAreToldUntilTheyLeave() {
        AtomicInteger told = new AtomicInteger();
        Runnable more = told::incrementAndGet;
        assertThat(log.follow(more)).isTrue();
        log.add(Level.WARN, "x".repeat(10_000));
        assertThat(documents(log.after(0, 1)).getFirst().getString("message")).hasSize(8_192);
        log.unfollow(more);
        log.add(Level.WARN, "nobody listens");
        assertThat(told).hasValue(1);
        assertThat(log.followers()).isZero();
    }

    @Test
    void onlySoManyFollow() {
        for (int follower = 0; follower < 64; follower++) {
            assertThat(log.follow(new AtomicInteger()::incrementAndGet)).isTrue();
        }
        assertThat(log.follow(new AtomicInteger()::incrementAndGet)).isFalse();
    }

    @Test
    void beyondItsBytesTheOldestLinesMakeRoom() {
        JsonObject fields = new JsonObject().put("padding", "x".repeat(8_000));
        for (int line = 0; line < PluginLog.LINES_A_SECOND; line++) {
            log.addFromPlugin(Level.INFO, "x".repeat(8_192), fields);
        }
        for (int line = 0; line < PluginLog.LINES_LIMIT; line++) {
            log.add(Level.INFO, "x".repeat(8_192));
        }
        List<byte[]> kept = log.after(0, PluginLog.LINES_LIMIT).lines();
        assertThat(kept).hasSizeLessThan(PluginLog.LINES_LIMIT);
        assertThat(kept.stream().mapToInt(line -> line.length).sum())
                .isBetween(PluginLog.BYTES_LIMIT - 16_384, PluginLog.BYTES_LIMIT);
    }

    @Test
    void fieldsThatAreTooManyAreNotKept() {
        log.addFromPlugin(Level.INFO, "large", new JsonObject().put("padding", "x".repeat(9_000)));
        assertThat(documents(log.after(0, 1)).getFirst().getJsonObject("fields").getString("dropped"))
                .isEqualTo("9014 bytes of fields: at most 8192 are kept");
    }

    @Test
    void whatIsDroppedIsToldThoughNothingElseIsWritten() {
        for (int line = 0; line < 3 * PluginLog.LINES_A_SECOND; line++) {
            log.addFromPlugin(Level.INFO, "line " + line, new JsonObject());
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(documents(log.after(0, PluginLog.LINES_LIMIT)))
                        .anySatisfy(line -> assertThat(line.getString("message"))
                                .endsWith(" lines were dropped: at most 200 a second are kept.")));
    }

    @Test
    void whoFollowsIsCalledOnceMoreAtTheEnd() {
        AtomicInteger told = new AtomicInteger();
        log.follow(told::incrementAndGet);
        log.close();
        assertThat(log.isClosed()).isTrue();
        assertThat(told).hasValue(1);
    }

    private static List<JsonObject> documents(Page page) {
        return page.lines().stream()
                .map(line -> new JsonObject(Buffer.buffer(line)))
                .toList();
    }
}
