package io.dataprism.node.configuration;

import com.fasterxml.jackson.databind.node.MissingNode;
import io.dataprism.core.catalog.FindingsPolicy;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.core.wasm.WasmEngine;
import io.dataprism.gateway.Limits;
import io.dataprism.gateway.connection.TlsFiles;
import io.dataprism.node.AccessSettings;
import io.dataprism.node.EngineConfiguration;
import io.dataprism.node.EventConfiguration;
import io.dataprism.service.LlmSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration file says, with the defaults of what it does not say.
 *
 * @param sample whether the dataset {@code flights} is loaded at first start
 * @param plugins whether the bundled plugins are put into the catalog
 * @param access who may call, beyond the holders of the node's own tokens
 * @param findings what becomes of packages in which the inspection finds something
 * @param systemPlugins bundled plugins that are granted what they ask for, and begin before all others
 * @param mounts folders that plugins may be granted, by name
 * @param llm the endpoint of language models for plugins; null: none
 * @param resources what plugins may use
 * @param wasm what runs plugins that are WebAssembly modules
 * @param pool how many processes wait for plugins
 * @param tls certificate and key; null: no TLS
 * @param webSocketCompression whether WebSockets are compressed whose clients offer that
 * @param events whether events outlive the process, and how many are kept
 */
public record ConfigurationFile(
        String host,
        int port,
        Path dataDirectory,
        boolean sample,
        boolean plugins,
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
        EventConfiguration events) {

    private static final String PLUGINS = "plugins";
    private static final String WARN = "warn";
    private static final String COMPILER = "compiler";
    private static final int PORT_MAX = 65_535;
    private static final int SYSTEM_PLUGINS_MAX = 64;
    private static final int POOL = 1;
    private static final int POOL_MAX = 256;
    private static final List<String> SYSTEM_PLUGINS =
            List.of("data-validator", "performance-monitor", "error-handler");

    public ConfigurationFile {
        systemPlugins = List.copyOf(systemPlugins);
        mounts = Map.copyOf(mounts);
    }

    /** What holds where there is no file. */
    public static ConfigurationFile defaults() {
        return of(Section.root(MissingNode.getInstance(), Path.of("")));
    }

    /**
     * Reads a file. Relative paths in it are relative to its folder.
     *
     * @throws ConfigurationException where it cannot be read, is no YAML, or has problems
     */
    public static ConfigurationFile read(Path file) throws ConfigurationException {
        Path absolute = file.toAbsolutePath().normalize();
        Path folder = absolute.getParent();
        Section root = Section.root(
                YamlFile.tree(file, "the configuration file", "--config"), folder == null ? absolute : folder);
        ConfigurationFile found = of(root);
        if (!root.problems().isEmpty()) {
            throw new ConfigurationException(
                    "the configuration file " + file + " cannot be used: " + String.join("; ", root.problems()) + ".",
                    null);
        }
        return found;
    }

    private static Map<String, Path> mounts(Section section) {
        Map<String, Path> mounts = new TreeMap<>();
        for (String name : section.names()) {
            Path folder = section.file(name);
            if (!name.matches("[A-Za-z0-9._-]{1,63}") || folder == null || !Files.isDirectory(folder)) {
                section.problemOf(name, "a name of letters, digits, '.', '_' and '-', and a folder that is there");
            } else {
                mounts.put(name, folder);
            }
        }
        return mounts;
    }

    private static ConfigurationFile of(Section root) {
        String host = root.text("host", "127.0.0.1");
        int port = root.count("port", 8080, 0, PORT_MAX);
        Path dataDirectory = root.file("dataDir");
        Section limits = root.section("limits");
        Section webSocket = root.section("webSocket");
        // Either a flag, or a mapping that says more.
        Section plugins = root.isMapping(PLUGINS) ? root.section(PLUGINS) : null;
        ConfigurationFile found = new ConfigurationFile(
                host,
                port,
                dataDirectory == null ? Path.of(".dataprism") : dataDirectory,
                root.flag("sample", true),
                plugins == null ? root.flag(PLUGINS, true) : plugins.flag("bundled", true),
                EngineKeys.engine(root, LimitKeys.engine(limits)),
                LimitKeys.gateway(limits),
                AccessKeys.settings(root, limits),
                plugins != null && !WARN.equals(plugins.choice("findings", WARN, List.of(WARN, "refuse")))
                        ? FindingsPolicy.REFUSE
                        : FindingsPolicy.WARN,
                plugins == null ? SYSTEM_PLUGINS : plugins.texts("system", SYSTEM_PLUGINS, SYSTEM_PLUGINS_MAX),
                mounts(root.section("mounts")),
                LlmKeys.settings(root.section("llm")),
                plugins == null ? ResourcePolicy.defaults() : ResourceKeys.policy(plugins),
                plugins == null || COMPILER.equals(plugins.choice("wasm", COMPILER, List.of(COMPILER, "interpreter")))
                        ? WasmEngine.COMPILER
                        : WasmEngine.INTERPRETER,
                plugins == null ? POOL : plugins.count("pool", POOL, 0, POOL_MAX),
                TlsKeys.files(root.section("tls")),
                webSocket.flag("compression", false),
                EventKeys.events(root.section("events"), limits));
        if (plugins != null) {
            plugins.end();
        }
        webSocket.end();
        limits.end();
        root.end();
        return found;
    }
}
