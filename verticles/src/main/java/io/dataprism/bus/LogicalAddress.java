package io.dataprism.bus;

import io.vertx.core.MultiMap;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a message is for, whichever node it is sent to: the permission table is asked about that. */
public sealed interface LogicalAddress {

    /** The address itself. */
    record Plain(String address) implements LogicalAddress {}

    /** An address on one node, as a message to that node's own names it. */
    record OfNode(String address) implements LogicalAddress {}

    /** Nobody can tell. */
    record Unclear(String missing, String hint) implements LogicalAddress {}

    /** Which of the engine's addresses a message to {@link Addresses#engine} is for. */
    String ENGINE_HEADER = "dataprism-engine";

    /** Those that the engine of another node answers at. */
    Set<String> OF_ENGINE = Set.of(
            Addresses.DATA_QUERY,
            Addresses.DATA_TABLES,
            Addresses.DATA_TABLE,
            Addresses.DATA_LOAD,
            Addresses.DATA_KEEP,
            Addresses.ENGINE);

    /** Of names of plugins. */
    Pattern PLUGIN_NAME = Pattern.compile("[a-z][a-z0-9-]{1,62}");

    /** What a message is for. Headers that say so are taken off where they have nothing to say. */
    static LogicalAddress of(String address, MultiMap headers) {
        if (Addresses.isPlugins(address)) {
            headers.remove(ENGINE_HEADER);
            return plugin(headers.get(PermissionInterceptors.PLUGIN_HEADER));
        }
        headers.remove(PermissionInterceptors.PLUGIN_HEADER);
        if (Addresses.isEngine(address)) {
            return engine(headers.get(ENGINE_HEADER));
        }
        headers.remove(ENGINE_HEADER);
        return new Plain(address);
    }

    private static LogicalAddress plugin(@Nullable String name) {
        return name != null && PLUGIN_NAME.matcher(name).matches()
                ? new OfNode(Addresses.plugin(name))
                : new Unclear(
                        "the name of a plugin in the header " + PermissionInterceptors.PLUGIN_HEADER,
                        "Send to " + Addresses.PLUGIN_PREFIX + "<name>; the host finds the node.");
    }

    private static LogicalAddress engine(@Nullable String address) {
        return address != null && OF_ENGINE.contains(address)
                ? new OfNode(address)
                : new Unclear(
                        "an address of the engine in the header " + ENGINE_HEADER,
                        "Send to " + Addresses.DATA_QUERY + " and the like; the engine's route finds the node.");
    }
}
