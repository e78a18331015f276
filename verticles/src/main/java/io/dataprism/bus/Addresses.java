package io.dataprism.bus;

/** The addresses of the bus, in one place. The permission table speaks of these. */
public final class Addresses {

    /** Runs a query; reply: its head. {@code data} {@code read}. */
    public static final String DATA_QUERY = "dataprism.service.data.query";
    /** Lists tables. {@code data} {@code read}. */
    public static final String DATA_TABLES = "dataprism.service.data.tables";
    /** One table. {@code data} {@code read}. */
    public static final String DATA_TABLE = "dataprism.service.data.table";
    /** Loads or drops a table. {@code data} {@code write}. */
    public static final String DATA_LOAD = "dataprism.service.data.load";
    /** Runs a query and keeps its rows as a table. {@code data} {@code read} for the query, {@code write} for the table. */
    public static final String DATA_KEEP = "dataprism.service.data.keep";
    /** A plugin's own configuration. Always. */
    public static final String CONFIG_GET = "dataprism.service.config.get";
    /** Replaces a plugin's own configuration. {@code core} {@code write}, scope {@code config}. */
    public static final String CONFIG_SET = "dataprism.service.config.set";
    /** Prefix of a plugin's own store. {@code storage}, scope: key patterns. */
    public static final String STORAGE_PREFIX = "dataprism.service.storage.";
    /** Prefix of what is measured. {@code core} {@code read}, scope {@code metrics}. */
    public static final String METRICS_PREFIX = "dataprism.service.metrics.";
    /** A plugin's own series. Always. */
    public static final String METRICS_RECORD = METRICS_PREFIX + "record";
    /** Pushes a rendering to who watches. {@code ui} {@code write}, scope: views. */
    public static final String UI_RENDER = "dataprism.service.ui.render";
    /** An HTTP request. {@code network} {@code read} or {@code write} by its method, scope: host patterns. */
    public static final String NETWORK_FETCH = "dataprism.service.network.fetch";
    /** Admits a byte stream through the host. {@code network} {@code execute}, scope: host patterns. */
    public static final String NETWORK_CONNECT = "dataprism.service.network.connect";
    /** Prefix of language models. {@code core} {@code execute}, scope {@code llm}. */
    public static final String LLM_PREFIX = "dataprism.service.llm.";
    /** A plugin's log lines. Always. */
    public static final String LOGGER = "dataprism.service.logger";
    /** Appends an event. */
    public static final String EVENTS_PUBLISH = "dataprism.events.publish";
    /** Admits a subscription to topic patterns. */
    public static final String EVENTS_SUBSCRIBE = "dataprism.events.subscribe";
    /** The engine's own: running queries, cancel. The node's principal only. */
    public static final String ENGINE = "dataprism.engine";
    /** Appends to the audit log. Local, the node's principal only. */
    public static final String AUDIT = "dataprism.audit";
    /** Prefix of a plugin's address; {@code core} {@code execute}, scope {@code plugin:<name>}. */
    public static final String PLUGIN_PREFIX = "dataprism.plugin.";

    private static final String NODE_PREFIX = "dataprism.node.";
    private static final String PLUGINS_SUFFIX = ".plugins";
    private static final String ENGINE_SUFFIX = ".engine";

    private Addresses() {}

    /** The operations of a plugin. */
    public static String plugin(String name) {
        return PLUGIN_PREFIX + name;
    }

    /** Credits and batches of the streams of a node. The node's principal only. */
    public static String streams(String nodeId) {
        return NODE_PREFIX + nodeId + ".streams";
    }

    /** What other nodes ask of a node. The node's principal only. */
    public static String calls(String nodeId) {
        return NODE_PREFIX + nodeId + ".calls";
    }

    /**
     * Messages for plugins of a node that come from others, each with the plugin's name in {@link PermissionInterceptors#PLUGIN_HEADER}: they
     * need what a message to {@link #plugin} needs.
     */
    public static String plugins(String nodeId) {
        return NODE_PREFIX + nodeId + PLUGINS_SUFFIX;
    }

    /**
     * Messages for the engine of a node that come from nodes without one, each with the address that it is for in {@link
     * LogicalAddress#ENGINE_HEADER}: they need what a message to that address needs.
     */
    public static String engine(String nodeId) {
        return NODE_PREFIX + nodeId + ENGINE_SUFFIX;
    }

    /** Whether an address is one of {@link #engine}. */
    static boolean isEngine(String address) {
        return address.startsWith(NODE_PREFIX) && address.endsWith(ENGINE_SUFFIX);
    }

    /** Whether an address is one of {@link #plugins}. */
    static boolean isPlugins(String address) {
        return address.startsWith(NODE_PREFIX) && address.endsWith(PLUGINS_SUFFIX);
    }
}
