package io.dataprism.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.cluster.Role;
import io.dataprism.core.audit.AuditCursor;
import io.dataprism.core.audit.AuditEntry;
import io.dataprism.core.audit.AuditFilter;
import io.dataprism.core.audit.AuditHead;
import io.dataprism.core.audit.AuditHeads;
import io.dataprism.core.audit.AuditLog;
import io.dataprism.core.audit.AuditVerifier;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.dataprism.gateway.contract.PublishedContract;
import io.dataprism.testing.JoinedNode;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The audit logs of three nodes of a real cluster, through any of them. */
@Tag("longer")
@Timeout(180)
class ClusterAuditTest {

    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");
    private static final Caller ADMIN = Caller.of(Principal.User.admin());
    private static final AuditFilter WORK = new AuditFilter(null, "work.*", null, null);

    @TempDir
    Path folder;

    private final List<AuditedNode> nodes = new ArrayList<>();

    /** A node's log, and what it knows of others'. */
    private final class AuditedNode {
        private final JoinedNode joined;
        private final AuditQueue queue = new AuditQueue();
        private final AuditVerticle verticle;
        private final ClusterAudit audit;
        private final Path data;

        AuditedNode(JoinedNode joined) throws IOException {
            this.joined = joined;
            this.data = data(joined.id);
            verticle = new AuditVerticle(data, joined.id, queue, InstantSource.system());
            AuditHeadExchange heads = new AuditHeadExchange(
                    data, joined.cluster.members(), joined.cluster.states(), verticle, InstantSource.system());
            audit = new ClusterAudit(joined.cluster.members(), joined.calls, verticle, heads);
            joined.deploy(
                    verticle,
                    new DeploymentOptions()
                            .setWorkerPoolName("audit-" + joined.id)
                            .setWorkerPoolSize(1));
            joined.deploy(heads, new DeploymentOptions());
        }

        private void record(String action, Instant time) {
            queue.offer(new AuditEntry(time, action, "/users/eve", List.of(), "t", "ok", "{}"));
        }

        private ClusterAudit.Lines read(String after, int limit) {
            return JoinedNode.await(audit.read(ADMIN, WORK, AuditCursor.parse(after), limit));
        }

        private List<JsonObject> verify() {
            JsonArray verdicts = JoinedNode.await(audit.verify(ADMIN));
            PublishedContract.assertFits(
                    PublishedContract.OPEN_API, "AuditVerdicts", new JsonObject().put("nodes", verdicts), "verdicts");
            return verdicts.stream().map(JsonObject.class::cast).toList();
        }
    }

    private Path data(String node) throws IOException {
        return Files.createDirectories(folder.resolve(node));
    }

    private void start() throws Exception {
        for (JoinedNode joined : JoinedNode.start(List.of(Set.of(Role.GATEWAY), Set.of(), Set.of()))) {
            nodes.add(new AuditedNode(joined));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.joined.close());
    }

    private static List<JsonObject> lines(ClusterAudit.Lines found) {
        List<JsonObject> lines =
                found.ndjson().toString().lines().map(JsonObject::new).toList();
        lines.forEach(
                line -> PublishedContract.assertFits(PublishedContract.OPEN_API, "AuditLine", line, line.encode()));
        return lines;
    }

    private static List<String> actions(List<JsonObject> lines) {
        return lines.stream().map(line -> line.getString("action")).toList();
    }

    @Test
    void linesOfAllNodesComeInTheOrderOfTimeAndACursorIsGoodOnEveryNode() throws Exception {
        start();
        for (int i = 0; i < 90; i++) {
            nodes.get(i % 3).record("work." + i, NOW.plusMillis(i));
        }
        List<String> expected =
                IntStream.range(0, 90).mapToObj(i -> "work." + i).toList();

        ClusterAudit.Lines whole = nodes.get(1).read(null, 1_000);
        assertThat(whole.missing()).isEmpty();
        assertThat(actions(lines(whole))).isEqualTo(expected);
        assertThat(lines(whole))
                .allSatisfy(line -> assertThat(line.getString("cursor")).hasSizeLessThan(513));
        assertThat(lines(whole).get(4).getString("node")).isEqualTo("node-1");

        List<String> paged = new ArrayList<>();
        String after = null;
        for (int page = 0; paged.size() < 90; page++) {
            List<JsonObject> some = lines(nodes.get(page % 3).read(after, 7));
            assertThat(some).isNotEmpty();
            paged.addAll(actions(some));
            after = some.getLast().getString("cursor");
        }
        assertThat(paged).isEqualTo(expected);
        assertThat(lines(nodes.getFirst().read(after, 7))).isEmpty();

        nodes.get(2).record("work.late", NOW.minusSeconds(9));
        assertThat(actions(lines(nodes.getFirst().read(after, 7))))
                .as("a clock that is behind hides nothing from who reads on")
                .containsExactly("work.late");
    }

    @Test
    void aNodeThatIsGoneIsNamedAndItsLinesComeWhenItIsBack() throws Exception {
        start();
        for (AuditedNode node : nodes) {
            node.record("work.before", NOW);
        }
        assertThat(lines(nodes.getFirst().read(null, 10))).hasSize(3);
        awaitHeads();
        String after = lines(nodes.getFirst().read(null, 10)).getLast().getString("cursor");

        nodes.get(2).joined.crash();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> nodes.getFirst().joined.cluster.members().all().size() == 2);
        nodes.get(1).record("work.after", NOW.plusSeconds(1));

        ClusterAudit.Lines found = nodes.getFirst().read(after, 10);
        assertThat(found.missing()).containsExactly("node-2");
        assertThat(actions(lines(found))).containsExactly("work.after");
        List<JsonObject> verdicts = nodes.getFirst().verify();
        assertThat(verdicts).extracting(each -> each.getBoolean("ok")).containsExactly(true, true, false);
        assertThat(verdicts.get(2).getString("reason")).contains("node-2", "not a member");
    }

    @Test
    void aLogThatIsRolledBackWithItsCheckpointIsFoundByAnyNode() throws Exception {
        try (AuditLog log = AuditLog.open(data("node-1"), "node-1", InstantSource.system())) {
            log.append(List.of(new AuditEntry(NOW, "work.old", "/users/eve", List.of(), "t", "ok", "{}")));
        }
        List<Path> audited = List.of(Path.of("audit/audit.jsonl"), Path.of("audit/checkpoint.json"));
        List<byte[]> backup = new ArrayList<>();
        for (Path file : audited) {
            backup.add(Files.readAllBytes(data("node-1").resolve(file)));
        }
        start();
        nodes.get(1).record("work.secret", NOW);
        assertThat(lines(nodes.getFirst().read(null, 10))).hasSize(2);
        awaitHeads();
        assertThat(nodes.getFirst().verify())
                .allSatisfy(each -> assertThat(each.getBoolean("ok")).isTrue());

        for (int i = 0; i < audited.size(); i++) {
            Files.write(data("node-1").resolve(audited.get(i)), backup.get(i));
        }

        for (AuditedNode asked : nodes) {
            JsonObject verdict = asked.verify().get(1);
            assertThat(verdict.getBoolean("ok")).as(verdict.encode()).isFalse();
            assertThat(verdict.getString("reason")).contains("other nodes were told");
        }
        Path kept = data("node-2").resolve("audit/heads.json");
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(kept));
        List<AuditHead> heads = AuditHeads.read(kept).of("node-1");
        assertThat(AuditVerifier.verify(data("node-1")).ok()).isTrue();
        assertThat(AuditVerifier.verify(data("node-1"), heads).ok()).isFalse();
    }

    /** Every node has kept the newest head of both others. */
    private void awaitHeads() throws IOException {
        for (AuditedNode keeper : nodes) {
            for (AuditedNode told : nodes) {
                if (keeper != told) {
                    Awaitility.await()
                            .atMost(Duration.ofSeconds(40))
                            .until(() -> Files.exists(keeper.data.resolve("audit/heads.json"))
                                    && AuditHeads.read(keeper.data.resolve("audit/heads.json"))
                                            .of(told.joined.id)
                                            .stream()
                                            .map(AuditHead::sequence)
                                            .collect(Collectors.toSet())
                                            .contains(newest(told)));
                }
            }
        }
    }

    private static long newest(AuditedNode node) throws IOException {
        return new JsonObject(Files.readString(node.data.resolve("audit/checkpoint.json"))).getLong("seq");
    }
}
