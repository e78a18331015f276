package io.dataprism.plugins.csvfolder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Checkpoint;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugins.testing.BatchRows;
import io.dataprism.plugins.testing.EngineInMemory;
import io.dataprism.plugins.testing.TestHost;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The plugin in this JVM, with a real engine in memory. */
class CsvFolderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path path;

    private final RootAllocator allocator = new RootAllocator();
    private final Map<String, Object> stored = new ConcurrentHashMap<>();
    private EngineInMemory engine;
    private TestHost host;
    private CsvFolder plugin = new CsvFolder();

    @BeforeEach
    void start() throws Exception {
        engine = new EngineInMemory(allocator);
        host = new TestHost("csv-folder", 64 << 20, engine)
                .mount("csv", path)
                .hostCalls((address, body) -> Mono.fromSupplier(() -> storage(address, body)));
        plugin.initialize(host.context()).block();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        plugin.cleanup().block();
        engine.close();
        allocator.close();
    }

    private Object storage(String address, Map<String, @Nullable Object> body) {
        String key = String.valueOf(body.get("key"));
        Map<String, @Nullable Object> reply = new HashMap<>();
        switch (address) {
            case "dataprism.service.storage.get" -> reply.put("value", stored.get(key));
            case "dataprism.service.storage.set" -> stored.put(key, Objects.requireNonNull(body.get("value")));
            case "dataprism.service.storage.delete" -> reply.put("deleted", stored.remove(key) != null);
            case "dataprism.service.storage.list" -> reply.put("keys", List.copyOf(new TreeSet<>(stored.keySet())));
            default -> throw new PluginException("NOT_FOUND", address);
        }
        return reply;
    }

    private void put(String name, String content, int secondsAgo) throws IOException {
        Path file = Files.writeString(path.resolve(name), content);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(secondsAgo)));
    }

    private Map<?, ?> run(String operation, Map<String, Object> params) {
        return (Map<?, ?>)
                Objects.requireNonNull(plugin.execute(operation, params).block(PATIENCE));
    }

    @Test
    void changedFilesBecomeTablesAndOthersAreLeftAlone() throws Exception {
        put("one.csv", "a\n1\n2\n", 100);
        put("bad.csv", "a,b\n1\n", 100);
        put("fresh.csv", "a\n1\n", 0);
        put("same.csv", "a\n1\n", 100);
        put("same.tsv", "a\n1\n", 100);
        Map<?, ?> first = run("sync", Map.of());
        assertThat(first.get("loaded"))
                .isEqualTo(List.of(Map.of("file", "one.csv", "table", "one", "rows", 0L, "version", 1L)));
        assertThat(first.get("unsettled")).isEqualTo(1);
        assertThat(String.valueOf(first.get("failed")))
                .contains("'bad.csv' has 1 fields in row 1", "[same.csv, same.tsv] would all be the table 'same'");
        assertThat(engine.rows("FROM one")).containsExactly(List.of(1L), List.of(2L));

        put("one.csv", "a\n1\n2\n", 50);
        assertThat(run("sync", Map.of()).get("unchanged")).isEqualTo(1);
        put("one.csv", "a\n7\n", 20);
        plugin.cleanup().block();
        plugin = new CsvFolder();
        plugin.initialize(host.context()).block();
        assertThat((List<?>) run("sync", Map.of()).get("loaded")).hasSize(1);
        assertThat(engine.rows("FROM one")).containsExactly(List.of(7L));
    }

    @Test
    void aTableThatSomebodyElseMadeIsNotReplaced() throws Exception {
        put("one.csv", "a\n1\n", 100);
        run("load", Map.of("table", "one.csv", "into", "two"));
        put("two.csv", "a\n7\n", 100);
        for (int time = 0; time < 2; time++) {
            assertThat(String.valueOf(run("sync", Map.of()).get("failed")))
                    .contains("TABLE_EXISTS", "two.csv", "set tablePrefix");
        }
        assertThat(engine.rows("FROM two")).containsExactly(List.of(1L));
        put("one.csv", "a\n2\n", 50);
        run("sync", Map.of());
        assertThat(engine.rows("FROM one")).as("its own is").containsExactly(List.of(2L));
    }

    @Test
    void aFileThatWentAndCameBackIsLoadedAgain() throws Exception {
        put("one.csv", "a\n1\n", 100);
        run("sync", Map.of());
        Path away = Files.move(path.resolve("one.csv"), path.resolve("one.away"));
        run("sync", Map.of());
        Files.move(away, path.resolve("one.csv"));
        assertThat((List<?>) run("sync", Map.of()).get("loaded")).hasSize(1);
        assertThat(run("sync", Map.of()).get("unchanged")).isEqualTo(1);
    }

    @Test
    void whatACutWriteLeftIsSweptAndOneUnderWayIsNot() throws Exception {
        put(".dataprism-old", "a\n1\n", 3_600);
        put(".dataprism-new", "a\n1\n", 1);
        put("one.csv", "a\n1\n", 3_600);
        plugin.sweep();
        assertThat(path.resolve(".dataprism-old")).doesNotExist();
        assertThat(path.resolve(".dataprism-new")).exists();
        assertThat(path.resolve("one.csv")).exists();
    }

    @Test
    void aFileThatAppearsWhileAnotherOfItsNameIsCreatedIsNotOverwritten() throws Exception {
        Flux<Batch> data = Flux.from(engine.query("SELECT 1 AS a")).doOnComplete(() -> {
            try {
                put("late.csv", "somebody's", 0);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        assertThatThrownBy(() -> plugin.write("late.csv", data, Map.of()).block(PATIENCE))
                .hasMessageContaining("'late.csv' is there already");
        assertThat(path.resolve("late.csv")).hasContent("somebody's");
        assertThat(path.toFile().list()).containsExactly("late.csv");
    }

    @Test
    void thePollLoadsOnlyWhereTheSettingsSaySo() throws Exception {
        put("one.csv", "a\n1\n", 100);
        assertThat(plugin.poll().blockOptional(PATIENCE)).isEmpty();
        plugin.configure(Map.of("autoLoad", true, "tablePrefix", "p_", "settleSeconds", 5))
                .block();
        plugin.poll().block(PATIENCE);
        assertThat(engine.rows("FROM p_one")).hasSize(1);
        plugin.activate().block();
        plugin.deactivate().block();
    }

    @Test
    void aReadKnowsWhetherTheFileIsAsItWas() throws Exception {
        put("one.csv", "a,b\n1,x\n", 100);
        Remembering checkpoint = new Remembering();
        Map<String, Object> params = Map.of("changedOnly", true, "types", Map.of("a", "DOUBLE"));
        assertThat(BatchRows.of(plugin.read("one.csv", params, checkpoint)))
                .containsExactly(Map.of("a", 1.0, "b", "x"));
        assertThat(BatchRows.of(plugin.read("one.csv", params, checkpoint))).isEmpty();
        put("one.csv", "a,b\n2,x\n", 100);
        assertThat(BatchRows.of(plugin.read("one.csv", params, checkpoint))).hasSize(1);
        assertThat(BatchRows.of(plugin.read("one.csv", Map.of(), checkpoint))).hasSize(1);
    }

    @Test
    void aTableIsLoadedAndWrittenToAFile() throws Exception {
        put("one.csv", "a\n1\n2\n", 100);
        run("load", Map.of("table", "one.csv"));
        run("load", Map.of("table", "one.csv", "into", "one", "mode", "append"));
        assertThat(engine.rows("SELECT count(*) FROM one")).containsExactly(List.of(4L));
        assertThat(plugin.write("out.csv.gz", engine.query("FROM one"), Map.of())
                        .block(PATIENCE)
                        .rows())
                .isEqualTo(4);
        assertThat(BatchRows.of(plugin.read("out.csv.gz", Map.of(), new Remembering())))
                .hasSize(4);
        Files.setLastModifiedTime(path.resolve("one.csv"), FileTime.from(Instant.now()));
        assertThat(run("sync", Map.of()).get("unchanged"))
                .as("what was written is not loaded back")
                .isEqualTo(1);
        assertThat(plugin.discover().block(PATIENCE))
                .extracting(table -> table.name() + table.columns().size())
                .containsExactly("one.csv1", "out.csv.gz1");
        assertThatThrownBy(() -> plugin.write("out.txt", engine.query("FROM one"), Map.of())
                        .block(PATIENCE))
                .hasMessageContaining("ends in .csv");
        assertThatThrownBy(() -> run("nothing", Map.of())).hasMessageContaining("no operation 'nothing'");
    }

    @Test
    void aFolderThatIsNotOpenIsToldInTheReport() {
        assertThat(plugin.testConnection().block(PATIENCE).connected()).isTrue();
        CsvFolder closed = new CsvFolder();
        closed.initialize(new TestHost("csv-folder", 1 << 20, engine).context()).block();
        assertThat(closed.testConnection().block(PATIENCE)).satisfies(report -> {
            assertThat(report.connected()).isFalse();
            assertThat(report.detail()).startsWith("PERMISSION_DENIED");
        });
        closed.cleanup().block();
    }

    /** As the host keeps it. */
    private static final class Remembering implements Checkpoint {

        private volatile @Nullable Object kept;

        @Override
        public @Nullable Object value() {
            return kept;
        }

        @Override
        public void reached(@Nullable Object value) {
            kept = value;
        }
    }
}
