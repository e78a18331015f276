package io.dataprism.plugin;

import java.util.Map;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** The host's services. A call that the grant does not cover fails at once with {@code PERMISSION_DENIED}. */
public interface Services {

    /** Tables and queries. Needs {@code data} {@code read}. */
    DataService data();

    /** The plugin's own values by key. */
    default StorageService storage() {
        return new StorageService(this);
    }

    /** The plugin's own configuration. */
    default ConfigService config() {
        return new ConfigService(this);
    }

    /** Drawings for whoever watches. */
    default UiService ui() {
        return new UiService(this);
    }

    /** The network, through the host. Outside of a sandbox its sockets are this JVM's own. */
    default NetworkService network() {
        return new NetworkService(this, SocketFactory.getDefault());
    }

    /** Language models. */
    default LlmService llm() {
        return new LlmService(this);
    }

    /** What is measured. */
    default MetricsService metrics() {
        return new MetricsService(this);
    }

    /**
     * Calls an operation of another plugin. Needs {@code core} {@code execute} with the scope {@code plugin:<name>}.
     *
     * @return the result of an operation of kind {@code value}; empty for null
     */
    Mono<Object> callPlugin(String plugin, String operation, Map<String, @Nullable Object> params);

    /**
     * Sends a request to any address of the host's bus. The typed services above are this same call.
     *
     * @param address for example {@code dataprism.service.data.tables}
     * @param body JSON values
     * @return the reply's JSON value; empty for null
     */
    Mono<Object> call(String address, Map<String, @Nullable Object> body);
}
