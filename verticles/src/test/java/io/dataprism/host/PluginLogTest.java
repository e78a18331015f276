package io.dataprism.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.host.PluginLog.Page;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PluginLogTest {

    private final PluginLog log = new PluginLog();

    @Test
    void aReaderGoesOnWhereItWas() {
        for (int line = 1; line <= 5; line++) {
            log.add("INFO", "line " + line, new JsonObject().put("n", line));
        }
        Page first = log.after(0, 3);
        assertThat(first.lines())
                .extracting(line -> line.getJsonObject("fields").getInteger("n"))
                .containsExactly(1, 2, 3);
        Page second = log.after(first.last(), 3);
        assertThat(second.lines()).extracting(line -> line.getString("message")).containsExactly("line 4", "line 5");
        assertThat(log.after(second.last(), 3)).isEqualTo(new Page(List.of(), 5, 0));
    }

    @Test
    void aReaderThatWasSlowSeesHowManyLinesItMissed() {
        log.add("INFO", "first");
        long read = log.after(0, 1).last();
        for (int line = 0; line < PluginLog.LINES_LIMIT + 7; line++) {
            log.add("INFO", "line " + line);
        }
        Page page = log.after(read, 2);
        assertThat(page.missed()).isEqualTo(7);
        assertThat(page.lines().getFirst().getString("message")).isEqualTo("line 7");
        assertThat(log.after(page.last(), 2).missed()).isZero();
        assertThat(log.after(0, 1).missed()).as("who begins has missed nothing").isZero();
    }

    @Test
    void aLongMessageIsCutAndFollowersAreToldUntilTheyLeave() {
        AtomicInteger told = new AtomicInteger();
        Runnable more = told::incrementAndGet;
        assertThat(log.follow(more)).isTrue();
        log.add("WARN", "x".repeat(10_000));
        assertThat(log.after(0, 1).lines().getFirst().getString("message")).hasSize(8_192);
        log.unfollow(more);
        log.add("WARN", "nobody listens");
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
}
