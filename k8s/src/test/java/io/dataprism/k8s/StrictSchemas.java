package io.dataprism.k8s;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1NetworkPolicy;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.io.IOException;
import java.util.Map;

/** Kubernetes' schemas, and the Prometheus operator's of a ServiceMonitor. What they do not know is an error, and so is what they need and miss. */
final class StrictSchemas {

    private static final Map<String, Check> KINDS = Map.of(
            "v1/Namespace", new Check(V1Namespace.class, V1Namespace::validateJsonElement),
            "v1/ServiceAccount", new Check(V1ServiceAccount.class, V1ServiceAccount::validateJsonElement),
            "v1/Service", new Check(V1Service.class, V1Service::validateJsonElement),
            "v1/ConfigMap", new Check(V1ConfigMap.class, V1ConfigMap::validateJsonElement),
            "apps/v1/StatefulSet", new Check(V1StatefulSet.class, V1StatefulSet::validateJsonElement),
            "apps/v1/Deployment", new Check(V1Deployment.class, V1Deployment::validateJsonElement),
            "policy/v1/PodDisruptionBudget",
                    new Check(V1PodDisruptionBudget.class, V1PodDisruptionBudget::validateJsonElement),
            "autoscaling/v2/HorizontalPodAutoscaler",
                    new Check(V2HorizontalPodAutoscaler.class, V2HorizontalPodAutoscaler::validateJsonElement),
            "networking.k8s.io/v1/NetworkPolicy",
                    new Check(V1NetworkPolicy.class, V1NetworkPolicy::validateJsonElement));

    /** Its models put what they do not know aside; without that it is an error. */
    private static final ObjectMapper MONITORING = new ObjectMapper()
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            })
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private StrictSchemas() {}

    @FunctionalInterface
    private interface Validation {
        void of(JsonElement document) throws IOException;
    }

    private record Check(Class<?> type, Validation validation) {}

    /** Throws where a document is not what its kind says. */
    static void check(JsonNode document) throws Exception {
        String kind = document.path("apiVersion").asText() + "/"
                + document.path("kind").asText();
        if (kind.equals("monitoring.coreos.com/v1/ServiceMonitor")) {
            monitor(document);
            return;
        }
        Check check = KINDS.get(kind);
        if (check == null) {
            throw new IllegalArgumentException("no schema for " + kind);
        }
        check.validation().of(JsonParser.parseString(document.toString()));
        JSON.deserialize(document.toString(), check.type());
    }

    private static void monitor(JsonNode document) throws JsonProcessingException {
        MONITORING.treeToValue(document, ServiceMonitor.class);
    }
}
