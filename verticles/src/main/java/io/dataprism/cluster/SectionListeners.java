package io.dataprism.cluster;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to hear of which section. Any thread; one that fails does not keep the others from hearing. */
public final class SectionListeners {

    private static final Logger LOG = LoggerFactory.getLogger(SectionListeners.class);

    private final Map<String, List<Consumer<String>>> bySection = new ConcurrentHashMap<>();

    public void add(String section, Consumer<String> listener) {
        bySection
                .computeIfAbsent(section, first -> new CopyOnWriteArrayList<>())
                .add(listener);
    }

    public void tell(String section, String nodeId) {
        for (Consumer<String> listener : bySection.getOrDefault(section, List.of())) {
            try {
                listener.accept(nodeId);
            } catch (RuntimeException failure) {
                LOG.warn("Section {} of node {} has changed, and a listener failed", section, nodeId, failure);
            }
        }
    }
}
