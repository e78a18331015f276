package io.dataprism.node;

import io.dataprism.cluster.member.ClusterSettings;
import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.service.LlmSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a node is to run.
 *
 * @param host the address to listen on; default {@code 127.0.0.1}
 * @param port to listen on; default 8080; 0 picks a free one
 * @param dataDirectory of this node alone; default {@code .dataprism}
 * @param homeDirectory of the installation: where the sandbox's jars and the bundled plugins are
 * @param loadSample whether the dataset {@code flights} is loaded at first start, where the engine keeps tables of its own
 * @param bundledPlugins whether the bundled plugins are put into the catalog
 * @param engine what runs the queries
 * @param limits of the gateway
 * @param access who may call, beyond the holders of the node's own tokens
 * @param findings what becomes of packages in which the inspection finds something
 * @param systemPlugins bundled plugins that are granted what they ask for, and begin before all others
 * @param mounts folders that plugins may be granted, by name
 * @param llm the endpoint of language models for plugins; null: none
 * @param resources what plugins may use
 * @param wasm what runs plugins that are WebAssembly modules
 * @param pool how many processes wait for plugins; 0: none
 * @param tls certificate and key; null: no TLS
 * @param webSocketCompression whether WebSockets are compressed whose clients offer that
 * @param allowUnconfined whether plugins' processes run with all the rights of this user where this machine cannot confine them
 * @param events whether events outlive the process, and how many are kept
 * @param cluster what makes it a node of a cluster; null: it is alone
 */
public record NodeConfiguration(
        String host,
        int port,
        Path dataDirectory,
        Path homeDirectory,
        boolean loadSample,
        boolean bundledPlugins,
        EngineConfiguration engine,
        Limits limits,
        AccessSettings access,
        FindingsPolicy findings,
        List<String> systemPlugins,
        Map<String, Path> mounts,
        @Nullable LlmSettings llm,
        ResourcePolicy resources,
        WasmEngine wasm,
        int pool,
        @Nullable TlsFiles tls,
        boolean webSocketCompression,
        boolean allowUnconfined,
        EventConfiguration events,
        @Nullable ClusterSettings cluster) {

    public NodeConfiguration {
        systemPlugins = List.copyOf(systemPlugins);
        mounts = Map.copyOf(mounts);
    }

    /** A node that is alone. */
    public NodeConfiguration(
            String host,
            int port,
            Path dataDirectory,
            Path homeDirectory,
            boolean loadSample,
            boolean bundledPlugins,
            EngineConfiguration engine,
            Limits limits,
            AccessSettings access,
            FindingsPolicy findings,
            List<String> systemPlugins,
            Map<String, Path> mounts,
            @Nullable LlmSettings llm,
            ResourcePolicy resources,
            WasmEngine wasm,
            int pool,
            @Nullable TlsFiles tls,
            boolean webSocketCompression,
            boolean allowUnconfined,
            EventConfiguration events) {
        this(
                host,
                port,
                dataDirectory,
                homeDirectory,
                loadSample,
                bundledPlugins,
                engine,
                limits,
                access,
                findings,
                systemPlugins,
                mounts,
                llm,
                resources,
                wasm,
                pool,
                tls,
                webSocketCompression,
                allowUnconfined,
                events,
                null);
    }

    /** The same as a node of a cluster. */
    public NodeConfiguration in(ClusterSettings settings) {
        return new NodeConfiguration(
                host,
                port,
                dataDirectory,
                homeDirectory,
                loadSample,
                bundledPlugins,
                engine,
                limits,
                access,
                findings,
                systemPlugins,
                mounts,
                llm,
                resources,
                wasm,
                pool,
                tls,
                webSocketCompression,
                allowUnconfined,
                events,
                settings);
    }

    /** With the node's own tokens alone, findings that warn, no system plugins, no folder open to plugins, no language models, the usual quotas, modules compiled, no process that waits, no TLS, no compression of WebSockets, and events in memory. */
    public NodeConfiguration(
            String host,
            int port,
            Path dataDirectory,
            Path homeDirectory,
            boolean loadSample,
            boolean bundledPlugins,
            EngineConfiguration engine,
            Limits limits) {
        this(
                host,
                port,
                dataDirectory,
                homeDirectory,
                loadSample,
                bundledPlugins,
                engine,
                limits,
                AccessSettings.defaults(),
                FindingsPolicy.WARN,
                List.of(),
                Map.of(),
                null,
                ResourcePolicy.defaults(),
                WasmEngine.COMPILER,
                0,
                null,
                false,
                false,
                EventConfiguration.defaults());
    }
}
