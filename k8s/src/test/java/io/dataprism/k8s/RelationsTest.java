package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.gateway.Quantity;
import io.dataprism.node.configuration.ConfigurationFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What one manifest says of another is true. */
class RelationsTest {

    /** {@code hazelcast.graceful.shutdown.max.wait}, as {@code HazelcastConfiguration} sets it. */
    private static final long GRACEFUL_SECONDS = 20;

    private static final long GIB = 1L << 30;

    @TempDir
    Path temporary;

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.properties()
                .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
        return texts;
    }

    private static List<String> each(JsonNode array, String member) {
        List<String> values = new ArrayList<>();
        array.forEach(one -> values.add(one.path(member).asText()));
        return values;
    }

    private static JsonNode node(JsonNode template) {
        return template.at("/spec/containers/0");
    }

    private static JsonNode configuration(String folder, JsonNode template) {
        String name = StreamSupport.stream(template.at("/spec/volumes").spliterator(), false)
                .filter(volume -> volume.path("name").asText().equals("config"))
                .map(volume -> volume.at("/configMap/name").asText())
                .findFirst()
                .orElseThrow();
        return Rendered.one(folder, "ConfigMap", name).path("data");
    }

    private ConfigurationFile nodeConfiguration(String folder, JsonNode template) throws Exception {
        Path file = Files.writeString(
                temporary.resolve("node.yaml"),
                configuration(folder, template).path("node.yaml").asText());
        return ConfigurationFile.read(file);
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void selectorsMatchTheLabelsOfPods(String folder) {
        List<Map<String, String>> labels = Rendered.podTemplates(folder)
                .map(template -> texts(template.at("/metadata/labels")))
                .toList();
        List<Map<String, String>> selectors = new ArrayList<>();
        Rendered.ofKind(folder, "Service").forEach(service -> selectors.add(texts(service.at("/spec/selector"))));
        for (String kind : List.of("StatefulSet", "Deployment", "PodDisruptionBudget")) {
            Rendered.ofKind(folder, kind).forEach(one -> selectors.add(texts(one.at("/spec/selector/matchLabels"))));
        }
        Rendered.ofKind(folder, "NetworkPolicy")
                .forEach(policy -> selectors.add(texts(policy.at("/spec/podSelector/matchLabels"))));
        Rendered.podTemplates(folder)
                .forEach(template -> template.at("/spec/topologySpreadConstraints")
                        .forEach(spread -> selectors.add(texts(spread.at("/labelSelector/matchLabels")))));
        assertThat(selectors)
                .hasSizeGreaterThan(5)
                .allSatisfy(selector ->
                        assertThat(labels).anySatisfy(pod -> assertThat(pod).containsAllEntriesOf(selector)));
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void whatIsNamedIsThere(String folder) {
        Rendered.ofKind(folder, "StatefulSet")
                .forEach(set -> Rendered.one(
                        folder, "Service", set.at("/spec/serviceName").asText()));
        Rendered.ofKind(folder, "HorizontalPodAutoscaler").forEach(scaler -> {
            JsonNode target = scaler.at("/spec/scaleTargetRef");
            JsonNode scaled = Rendered.one(
                    folder, target.path("kind").asText(), target.path("name").asText());
            assertThat(scaled.at("/spec/replicas").isMissingNode())
                    .as("replicas of what is scaled")
                    .isTrue();
        });
        Rendered.podTemplates(folder)
                .forEach(template -> Rendered.one(
                        folder,
                        "ServiceAccount",
                        template.at("/spec/serviceAccountName").asText()));
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void portsOfServicesAndProbesAndMonitorsAreThoseOfContainers(String folder) {
        Rendered.podTemplates(folder).forEach(template -> {
            List<String> ports = each(node(template).path("ports"), "name");
            for (String probe : List.of("startupProbe", "livenessProbe", "readinessProbe")) {
                assertThat(ports)
                        .contains(
                                node(template).at("/" + probe + "/httpGet/port").asText());
            }
            Rendered.ofKind(folder, "Service")
                    .forEach(service -> assertThat(ports).containsAll(each(service.at("/spec/ports"), "targetPort")));
        });
        Rendered.ofKind(folder, "ServiceMonitor").forEach(monitor -> {
            Map<String, String> selector = texts(monitor.at("/spec/selector/matchLabels"));
            assertThat(Rendered.ofKind(folder, "Service"))
                    .allSatisfy(service ->
                            assertThat(texts(service.at("/metadata/labels"))).containsAllEntriesOf(selector))
                    .allSatisfy(service -> assertThat(each(service.at("/spec/ports"), "name"))
                            .containsAll(each(monitor.at("/spec/endpoints"), "port")));
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void portsAreThoseOfTheClusterFile(String folder) {
        JsonNode policy = Rendered.one(folder, "NetworkPolicy", "dataprism");
        Rendered.podTemplates(folder).forEach(template -> {
            JsonNode cluster = Rendered.parse(
                            configuration(folder, template).path("cluster.yaml").asText())
                    .getFirst()
                    .path("cluster");
            Set<String> between = new TreeSet<>();
            Map.of("tcp-hazelcast", "hazelcast", "tcp-bus", "bus", "tcp-peer", "peer")
                    .forEach((port, kind) -> {
                        String number = cluster.path("ports").path(kind).asText();
                        between.add(number);
                        assertThat(node(template).path("ports")).anySatisfy(one -> {
                            assertThat(one.path("name").asText()).isEqualTo(port);
                            assertThat(one.path("containerPort").asText()).isEqualTo(number);
                        });
                    });
            assertThat(new TreeSet<>(each(policy.at("/spec/ingress/0/ports"), "port")))
                    .isEqualTo(between);
            assertThat(policy.at("/spec/ingress/0/from")).hasSize(1);
            assertThat(policy.at("/spec/ingress/0/from/0").has("podSelector")).isTrue();
            assertThat(new TreeSet<>(each(policy.at("/spec/egress/0/ports"), "port")))
                    .isEqualTo(between);
            String service = cluster.path("dns").asText().split("\\.", 2)[0];
            JsonNode members = Rendered.one(folder, "Service", service);
            assertThat(members.at("/spec/clusterIP").asText()).isEqualTo("None");
            assertThat(members.at("/spec/publishNotReadyAddresses").asBoolean()).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void gracePeriodsAreLongerThanWhatIsDoneInThem(String folder) {
        Rendered.podTemplates(folder).forEach(template -> {
            long grace = template.at("/spec/terminationGracePeriodSeconds").asLong();
            long before = node(template).at("/lifecycle/preStop/sleep/seconds").asLong();
            try {
                ConfigurationFile configuration = nodeConfiguration(folder, template);
                long shutdown = configuration.limits().shutdown().toSeconds();
                assertThat(configuration.limits().drain().toSeconds()).isLessThanOrEqualTo(shutdown / 2);
                assertThat(before).isPositive();
                assertThat(grace).isGreaterThan(before + shutdown + GRACEFUL_SECONDS);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void nodesListenWhereTheyAreCalledAndWriteWhereTheyMay(String folder) {
        Rendered.podTemplates(folder).forEach(template -> {
            try {
                ConfigurationFile configuration = nodeConfiguration(folder, template);
                assertThat(each(node(template).path("ports"), "containerPort"))
                        .contains(String.valueOf(configuration.port()));
                assertThat(each(node(template).path("volumeMounts"), "mountPath"))
                        .contains(configuration.dataDirectory().toString(), "/tmp");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void whatIsMountedIsThere(String folder) throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        Rendered.podTemplates(folder).forEach(template -> {
            Set<String> volumes = new HashSet<>(each(template.at("/spec/volumes"), "name"));
            Rendered.ofKind(folder, "StatefulSet")
                    .forEach(set ->
                            set.at("/spec/volumeClaimTemplates").forEach(claim -> volumes.add(Rendered.name(claim))));
            for (String containers : List.of("containers", "initContainers")) {
                template.path("spec").path(containers).forEach(container -> {
                    assertThat(volumes).containsAll(each(container.path("volumeMounts"), "name"));
                    container.path("args").forEach(argument -> {
                        String file = argument.asText();
                        if (file.startsWith("/etc/dataprism/config/")) {
                            assertThat(configuration(folder, template)
                                            .has(file.substring("/etc/dataprism/config/".length())))
                                    .isTrue();
                        }
                    });
                });
            }
            String cluster =
                    configuration(folder, template).path("cluster.yaml").asText();
            template.at("/spec/volumes")
                    .forEach(volume -> volume.at("/secret/items").forEach(item -> {
                        assertThat(cluster)
                                .contains("/etc/dataprism/secrets/"
                                        + item.path("path").asText());
                        assertThat(readme)
                                .contains("--from-file=" + item.path("key").asText());
                    }));
        });
        assertThat(readme).contains("secret generic dataprism-cluster", "secret generic dataprism-metrics");
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void podsKeepToTheRestrictedStandard(String folder) {
        Rendered.podTemplates(folder).forEach(template -> {
            JsonNode context = template.at("/spec/securityContext");
            assertThat(context.path("runAsNonRoot").asBoolean()).isTrue();
            assertThat(context.path("runAsUser").asInt()).isEqualTo(65_532);
            assertThat(context.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            for (String containers : List.of("containers", "initContainers")) {
                template.path("spec").path(containers).forEach(container -> {
                    JsonNode own = container.path("securityContext");
                    assertThat(own.path("allowPrivilegeEscalation").asBoolean(true))
                            .isFalse();
                    assertThat(own.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                    assertThat(own.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                    assertThat(container.at("/resources/limits/memory").isTextual())
                            .isTrue();
                });
            }
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void livenessAsksForNothingOfTheCluster(String folder) {
        Rendered.podTemplates(folder).forEach(template -> {
            assertThat(node(template).at("/livenessProbe/httpGet/path").asText())
                    .isEqualTo("/health/live");
            assertThat(node(template).at("/startupProbe/httpGet/path").asText()).isEqualTo("/health/live");
            assertThat(node(template).at("/readinessProbe/httpGet/path").asText())
                    .isEqualTo("/health/ready");
        });
    }

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void whatANodeMayTakeIsLessThanItsContainerHas(String folder) throws Exception {
        JsonNode template =
                Rendered.one(folder, "StatefulSet", "dataprism-data").at("/spec/template");
        ConfigurationFile configuration = nodeConfiguration(folder, template);
        JsonNode written = Rendered.parse(
                        configuration(folder, template).path("node.yaml").asText())
                .getFirst();
        long limit = gibibytes(node(template).at("/resources/limits/memory").asText());
        long heap =
                limit * Long.parseLong(environment(template, "JDK_JAVA_OPTIONS").replaceAll("\\D+", "")) / 100;
        long engine = Quantity.bytes(written.at("/duckdb/memoryLimit").asText());
        long batches = Quantity.bytes(written.at("/limits/batchBytes").asText());
        assertThat(heap + engine + batches + configuration.resources().group().memoryBytes())
                .isLessThan(limit - GIB / 4);
    }

    private static String environment(JsonNode template, String name) {
        for (JsonNode variable : node(template).path("env")) {
            if (variable.path("name").asText().equals(name)) {
                return variable.path("value").asText();
            }
        }
        throw new AssertionError("no variable " + name);
    }

    private static long gibibytes(String quantity) {
        assertThat(quantity).matches("[0-9]+Gi");
        return Long.parseLong(quantity.substring(0, quantity.length() - 2)) * GIB;
    }

    @Test
    void membersOfTheBaseAreMoreThanItsQuorumAndOneMayGo() {
        for (String folder : List.of("base", "overlays/production")) {
            JsonNode set = Rendered.one(folder, "StatefulSet", "dataprism-data");
            JsonNode cluster = Rendered.parse(configuration(folder, set.at("/spec/template"))
                            .path("cluster.yaml")
                            .asText())
                    .getFirst();
            int replicas = set.at("/spec/replicas").asInt();
            int gone = Rendered.one(folder, "PodDisruptionBudget", "dataprism-data")
                    .at("/spec/maxUnavailable")
                    .asInt();
            assertThat(cluster.at("/cluster/quorum").asInt()).isEqualTo(replicas / 2 + 1);
            assertThat(replicas - gone).isGreaterThanOrEqualTo(replicas / 2 + 1);
            assertThat(set.at("/spec/podManagementPolicy").asText()).isEqualTo("OrderedReady");
        }
    }

    @Test
    void theConfigurationForKubernetesIsTheBases() throws Exception {
        assertThat(Path.of("base/config/data-cluster.yaml"))
                .hasSameTextualContentAs(Path.of("../cluster-config/kubernetes.yaml"));
    }
}
