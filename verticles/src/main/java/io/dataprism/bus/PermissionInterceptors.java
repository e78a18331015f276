package io.dataprism.bus;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Decision;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The guard of a node's bus. Outbound: who speaks is taken from the context, never from the message; the {@link
 * PermissionTable} decides; identity and scopes travel in headers that are stripped of whatever a sender wrote. Inbound: the
 * identity becomes {@link CallerContext#sender()} of the handler's context. A refused request fails at once with {@code
 * PERMISSION_DENIED}; a refused send or publish is dropped; both are audited and counted.
 *
 * <p>Replies pass: they go to an address ({@value #REPLY_PREFIX}...) that only the bus makes, and that nobody but the host's
 * own code can name, since the addresses that a child asks for pass through the plugin's door. Any thread; does not block.
 */
public final class PermissionInterceptors {

    /** The chain of callers, as JSON; set by the outbound interceptor alone. */
    public static final String CALLER_HEADER = "dataprism-caller";

    /** Which plugin a message to {@link Addresses#plugins} is for. Who sends it needs what a message to the plugin's own address needs. */
    public static final String PLUGIN_HEADER = "dataprism-plugin";

    private static final String REPLY_PREFIX = "__vertx.reply.";

    private final Caller node;
    /** Most messages, frames of streams among them, are the node's own: not written and read anew for each. */
    private final String nodeHeader;

    private final PermissionTable table;
    private final AuditService audit;
    private final Counter refusals;
    private final Map<String, String> pluginByDeployment = new ConcurrentHashMap<>();

    /** Who came last, which is who comes next more often than not. */
    private volatile Written last;

    /** A caller, and what it is as a header. Both are immutable. */
    private record Written(Caller caller, String header) {}

    private PermissionInterceptors(String nodeId, PermissionTable table, AuditService audit, MeterRegistry meters) {
        this.node = Caller.of(new Principal.Node(nodeId));
        this.nodeHeader = CallerCodec.encode(node);
        this.last = new Written(node, nodeHeader);
        this.table = table;
        this.audit = audit;
        this.refusals = Counter.builder("dataprism.permission.refusals")
                .description("Messages that the permission table refused")
                .register(meters);
    }

    /** Puts a guard on the bus. Call once per {@code Vertx}, before anything is sent. */
    public static PermissionInterceptors install(
            Vertx vertx, String nodeId, PermissionTable table, AuditService audit, MeterRegistry meters) {
        PermissionInterceptors guard = new PermissionInterceptors(nodeId, table, audit, meters);
        vertx.eventBus().addOutboundInterceptor(guard::outbound).addInboundInterceptor(guard::inbound);
        return guard;
    }

    /** From now on that deployment speaks as that plugin. */
    public void bind(String deploymentId, String plugin) {
        pluginByDeployment.put(deploymentId, plugin);
    }

    /** That deployment is gone. */
    public void unbind(String deploymentId) {
        pluginByDeployment.remove(deploymentId);
    }

    /** The node itself. */
    public Caller node() {
        return node;
    }

    /** For whom the current context speaks; null where nobody knows: nothing is allowed then. */
    public @Nullable Caller speaker() {
        Caller acting = CallerContext.acting();
        if (acting != null) {
            return acting;
        }
        Context context = Vertx.currentContext();
        String deploymentId = context == null ? null : context.deploymentID();
        if (deploymentId == null) {
            return null;
        }
        String plugin = pluginByDeployment.get(deploymentId);
        return plugin == null ? node : Caller.of(new Principal.Plugin(plugin));
    }

    /**
     * Asks the table where no message is sent; a refusal is audited and counted like any other.
     *
     * @return the scopes that a message would carry
     * @throws DataPrismException {@code PERMISSION_DENIED}
     */
    public Map<String, String> check(Caller caller, String address) {
        return switch (table.decide(caller, address)) {
            case Decision.Allowed allowed -> allowed.headers();
            case Decision.Refused refused -> throw refuse(caller, refused);
        };
    }

    private void outbound(DeliveryContext<Object> delivery) {
        Message<Object> message = delivery.message();
        if (message.address().startsWith(REPLY_PREFIX)) {
            delivery.next();
            return;
        }
        MultiMap headers = message.headers();
        headers.remove(CALLER_HEADER);
        PermissionTable.SCOPE_HEADERS.forEach(headers::remove);
        Caller speaker = speaker();
        if (speaker == null) {
            refuse(message, node, nobody(message.address()));
            return;
        }
        switch (decide(speaker, message.address(), headers)) {
            case Decision.Refused refused -> refuse(message, speaker, refused);
            case Decision.Allowed allowed -> {
                allowed.headers().forEach(headers::set);
                headers.set(CALLER_HEADER, header(speaker));
                delivery.next();
            }
        }
    }

    private Decision decide(Caller speaker, String address, MultiMap headers) {
        return switch (LogicalAddress.of(address, headers)) {
            case LogicalAddress.Plain plain -> table.decide(speaker, plain.address(), method(headers));
            case LogicalAddress.OfNode ofNode -> table.decide(speaker, ofNode.address());
            case LogicalAddress.Unclear unclear ->
                new Decision.Refused(speaker.principal(), address, unclear.missing(), null, unclear.hint());
        };
    }

    private void inbound(DeliveryContext<Object> delivery) {
        Message<Object> message = delivery.message();
        if (message.address().startsWith(REPLY_PREFIX)) {
            delivery.next();
            return;
        }
        String header = message.headers().get(CALLER_HEADER);
        if (header == null) {
            refuse(message, node, nobody(message.address()));
            return;
        }
        Context context = Objects.requireNonNull(Vertx.currentContext(), "messages are delivered on contexts");
        CallerContext.received(context, caller(header));
        delivery.next();
    }

    private String header(Caller speaker) {
        Written known = last;
        if (speaker.equals(node)) {
            return nodeHeader;
        }
        if (speaker.equals(known.caller())) {
            return known.header();
        }
        String header = CallerCodec.encode(speaker);
        last = new Written(speaker, header);
        return header;
    }

    private Caller caller(String header) {
        Written known = last;
        if (header.equals(nodeHeader)) {
            return node;
        }
        if (header.equals(known.header())) {
            return known.caller();
        }
        Caller caller = CallerCodec.decode(header);
        last = new Written(caller, header);
        return caller;
    }

    private void refuse(Message<Object> message, Caller speaker, Decision.Refused refused) {
        DataPrismException denied = refuse(speaker, refused);
        if (message.replyAddress() != null) {
            Replies.fail(message, denied);
        }
    }

    private DataPrismException refuse(Caller speaker, Decision.Refused refused) {
        refusals.increment();
        new Refusals(audit).note(speaker, refused);
        return refused.toException();
    }

    private Decision.Refused nobody(String address) {
        return new Decision.Refused(
                node.principal(),
                address,
                "a sender: the message came from no deployment and no request",
                null,
                "Send from a verticle, or from a context that acts for somebody.");
    }

    private static Map<String, String> method(MultiMap headers) {
        String method = headers.get(PermissionTable.METHOD_HEADER);
        Map<String, String> map = new HashMap<>();
        if (method != null) {
            map.put(PermissionTable.METHOD_HEADER, method);
        }
        return map;
    }
}
