package io.dataprism.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.storage.PluginStorage;
import io.dataprism.fixtures.cluster.SharedMapsInMemory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedSlotsTest {

    private final SharedMapsInMemory cluster = new SharedMapsInMemory();
    private final SharedSlots slots = new SharedSlots(cluster.map("things"), "group", 4);

    @TempDir
    Path folder;

    @Test
    void whatIsGoneLeavesNothingBehind() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(slots.set("thing " + i, bytes("x" + i))).isFalse();
            assertThat(slots.set("thing " + i, null)).isTrue();
        }
        assertThat(slots.set("thing", null)).isFalse();
        assertThat(slots.all()).isEmpty();
        assertThat(cluster.map("things").all())
                .hasSize(4)
                .allSatisfy((key, value) -> assertThat(value.bytes()).isEmpty());
    }

    @Test
    void nobodysThingIsLostWhereManyWriteAtOnce() throws Exception {
        List<Map<String, byte[]>> heard = new ArrayList<>();
        new SharedSlots(cluster.map("things"), "another", 4).set("x", bytes("not ours"));
        slots.listen((slot, things) -> {
            synchronized (heard) {
                heard.add(things);
            }
        });
        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                int me = writer;
                writers.add(executor.submit(() -> {
                    for (int i = 0; i < 50; i++) {
                        slots.set(me + "/" + i, bytes("by " + me));
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
        }
        assertThat(slots.all()).hasSize(200);
        assertThat(slots.fresh("3/49"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(bytes("by 3")));
        assertThat(heard).hasSize(200);
        slots.clear();
        assertThat(slots.all()).isEmpty();
        assertThat(slots.isKnown()).isTrue();
    }

    @Test
    void aSlotHasABound() {
        slots.set("a", new byte[1024 * 1024]);
        String same = "a";
        for (int i = 0; slots.slotOf(same) != slots.slotOf("a") || same.equals("a"); i++) {
            same = "b" + i;
        }
        String full = same;
        assertThat(catchThrowableOfType(DataPrismException.class, () -> slots.set(full, new byte[1024 * 1024]))
                        .code())
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
    }

    @Test
    void whatAPluginSetsOnOneNodeAllRead() {
        new PluginStorage(folder.resolve("one")).set("p", "before", bytes("alone"), 1_000);
        PluginStorage one = PluginStorage.of(folder.resolve("one"), new Sharing(cluster, null, null));
        PluginStorage other = PluginStorage.of(folder.resolve("other"), new Sharing(cluster, null, null));
        one.set("p", "key", bytes("value"), 1_000);
        assertThat(other.get("p", "key"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(bytes("value")));
        assertThat(other.get("p", "before")).isPresent();
        assertThat(other.list("p", key -> true, null, 10).keys()).containsExactly("before", "key");
        assertThat(catchThrowableOfType(DataPrismException.class, () -> other.set("p", "more", new byte[1_000], 1_000))
                        .code())
                .isEqualTo(ErrorCode.QUOTA_EXCEEDED);
        assertThat(other.delete("p", "key")).isTrue();
        assertThat(one.get("p", "key")).isEmpty();
        one.forget("p");
        assertThat(PluginStorage.of(folder.resolve("one"), new Sharing(cluster, null, null))
                        .list("p", key -> true, null, 10)
                        .keys())
                .isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
