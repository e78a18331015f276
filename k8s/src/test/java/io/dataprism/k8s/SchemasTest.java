package io.dataprism.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Manifests against schemas; and that the schemas find what is wrong. */
class SchemasTest {

    @ParameterizedTest
    @MethodSource("io.dataprism.k8s.Rendered#folders")
    void eachDocumentIsWhatItsKindSays(String folder) throws Exception {
        List<JsonNode> documents = Rendered.of(folder);
        assertThat(documents).hasSizeGreaterThan(8);
        for (JsonNode document : documents) {
            StrictSchemas.check(document);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "StatefulSet, dataprism-data, /spec",
        "StatefulSet, dataprism-data, /spec/template/spec",
        "StatefulSet, dataprism-data, /spec/template/spec/securityContext",
        "StatefulSet, dataprism-data, /spec/template/spec/containers/0",
        "StatefulSet, dataprism-data, /spec/template/spec/containers/0/livenessProbe/httpGet",
        "StatefulSet, dataprism-data, /spec/template/spec/containers/0/env/0/valueFrom/fieldRef",
        "StatefulSet, dataprism-data, /spec/template/spec/containers/0/resources",
        "StatefulSet, dataprism-data, /spec/template/spec/initContainers/0/securityContext/capabilities",
        "StatefulSet, dataprism-data, /spec/template/spec/volumes/0",
        "StatefulSet, dataprism-data, /spec/volumeClaimTemplates/0/spec",
        "Deployment, dataprism-gateway, /spec/strategy/rollingUpdate",
        "Deployment, dataprism-gateway, /spec/template/spec/topologySpreadConstraints/0",
        "Service, dataprism-members, /spec/ports/0",
        "PodDisruptionBudget, dataprism-data, /spec",
        "HorizontalPodAutoscaler, dataprism-gateway, /spec/behavior/scaleDown/policies/0",
        "NetworkPolicy, dataprism, /spec/ingress/0/from/0/podSelector",
        "ServiceMonitor, dataprism, /spec/endpoints/0",
        "ServiceMonitor, dataprism, /spec/endpoints/0/authorization/credentials",
    })
    void whatASchemaDoesNotKnowIsFound(String kind, String name, String place) {
        JsonNode document = Rendered.one("base", kind, name).deepCopy();
        ((ObjectNode) document.at(place)).put("nonsense", 1);
        assertThatThrownBy(() -> StrictSchemas.check(document)).hasMessageContaining("nonsense");
    }

    @ParameterizedTest
    @CsvSource({
        "StatefulSet, dataprism-data, /spec, selector",
        "StatefulSet, dataprism-data, /spec/template/spec/containers/0, name",
        "Service, dataprism, /spec/ports/0, port",
        "HorizontalPodAutoscaler, dataprism-gateway, /spec, scaleTargetRef",
    })
    void whatASchemaNeedsIsMissed(String kind, String name, String place, String member) {
        JsonNode document = Rendered.one("base", kind, name).deepCopy();
        ((ObjectNode) document.at(place)).remove(member);
        assertThatThrownBy(() -> StrictSchemas.check(document)).hasMessageContaining(member);
    }

    @Test
    void valuesOfAnotherTypeAreFound() {
        JsonNode document =
                Rendered.one("base", "StatefulSet", "dataprism-data").deepCopy();
        ((ObjectNode) document.path("spec")).set("replicas", TextNode.valueOf("three"));
        assertThatThrownBy(() -> StrictSchemas.check(document)).isInstanceOf(Exception.class);
    }
}
