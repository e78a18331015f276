package io.dataprism.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Grant;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.PermissionTable;
import io.dataprism.core.permission.Principal;
import io.dataprism.core.permission.TableScope;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PermissionInterceptorsTest {

    private static final Permission READ = new Permission(Permission.Resource.DATA, Permission.Access.READ, "flights");

    private static final Permission CALL =
            new Permission(Permission.Resource.CORE, Permission.Access.EXECUTE, "plugin:other");

    private final Vertx vertx = Vertx.vertx();
    private final RecordedAudit audit = new RecordedAudit();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final AtomicInteger received = new AtomicInteger();
    private PermissionInterceptors guard;
    private Sender node;
    private Sender plugin;
    private Sender stranger;

    @BeforeEach
    void guard() throws Exception {
        Grants granted = new Grants(List.of(READ, CALL), List.of(new Grant(READ, false), new Grant(CALL, false)));
        PermissionTable table = new PermissionTable(name -> name.equals("p") ? granted : Grants.NONE);
        guard = PermissionInterceptors.install(vertx, "n1", table, audit, meters);
        node = new Sender();
        plugin = new Sender();
        stranger = new Sender();
        await(vertx.deployVerticle(new Engine()));
        await(vertx.deployVerticle(node));
        guard.bind(await(vertx.deployVerticle(plugin)), "p");
        guard.bind(await(vertx.deployVerticle(stranger)), "stranger");
    }

    @AfterEach
    void close() throws Exception {
        await(vertx.close());
    }

    @Test
    void aPluginsRequestCarriesItsIdentityAndItsScopes() throws Exception {
        JsonObject seen = await(plugin.request(Addresses.DATA_QUERY, new DeliveryOptions()));

        assertThat(seen.getString("sender")).isEqualTo("/plugins/p");
        assertThat(TableScope.decode(seen.getString("tables"))).isEqualTo(new TableScope(List.of(List.of("flights"))));
    }

    @Test
    void whatASenderWritesIntoTheHeadersIsStripped() throws Exception {
        JsonObject seen = await(plugin.request(
                Addresses.DATA_QUERY,
                new DeliveryOptions()
                        .addHeader(PermissionInterceptors.CALLER_HEADER, CallerCodec.encode(guard.node()))
                        .addHeader(TableScope.HEADER, TableScope.everything().encode())
                        .addHeader(PermissionTable.TOPIC_SCOPE_HEADER, "[[\"**\"]]")));

        assertThat(seen.getString("sender")).isEqualTo("/plugins/p");
        assertThat(seen.getString("tables")).isEqualTo("[[\"flights\"]]");
        assertThat(seen.getString("topics")).isNull();
    }

    @Test
    void aRefusedRequestFailsAtOnceAndIsAuditedAndCounted() {
        long before = System.nanoTime();
        Throwable failure = catchThrowable(() -> await(stranger.request(Addresses.DATA_QUERY, new DeliveryOptions())));

        assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - before)).isLessThan(5);
        assertThat(failure.getCause()).isInstanceOfSatisfying(DataPrismException.class, denied -> {
            assertThat(denied.code()).isEqualTo(ErrorCode.PERMISSION_DENIED);
            assertThat(denied.detail()).contains("/plugins/stranger", Addresses.DATA_QUERY, "data read");
            assertThat(denied.hint()).contains("PUT /v1/plugins/stranger/grants");
        });
        assertThat(audit.of("permission.refused")).hasSize(1);
        assertThat(meters.counter("dataprism.permission.refusals").count()).isEqualTo(1);
        assertThat(received).hasValue(0);
    }

    @Test
    void aRefusedSendIsDroppedAndCounted() {
        stranger.send(Addresses.DATA_QUERY);
        stranger.send("any.address");

        Awaitility.await()
                .untilAsserted(() -> assertThat(
                                meters.counter("dataprism.permission.refusals").count())
                        .isEqualTo(2));
        assertThat(received).hasValue(0);
    }

    @Test
    void theNodesOwnAddressesAreForTheNodeAlone() throws Exception {
        assertThat(await(node.request(Addresses.ENGINE, new DeliveryOptions())).getString("sender"))
                .isEqualTo("/nodes/n1");
        assertThat(catchThrowable(() -> await(plugin.request(Addresses.ENGINE, new DeliveryOptions()))))
                .hasCauseInstanceOf(DataPrismException.class);
        assertThat(catchThrowable(() -> await(plugin.request("__vertx.other", new DeliveryOptions()))))
                .hasCauseInstanceOf(DataPrismException.class);
    }

    @Test
    void aMessageForAPluginOfAnotherNodeNeedsWhatOneToThePluginNeeds() throws Exception {
        String address = Addresses.plugins("n2");
        vertx.eventBus()
                .<JsonObject>consumer(
                        address,
                        message -> message.reply(new JsonObject()
                                .put("for", message.headers().get(PermissionInterceptors.PLUGIN_HEADER))));

        assertThat(await(plugin.request(address, forPlugin("other"))).getString("for"))
                .isEqualTo("other");
        assertThat(await(node.request(address, forPlugin("secret"))).getString("for"))
                .isEqualTo("secret");
        assertThat(catchThrowable(() -> await(plugin.request(address, forPlugin("secret"))))
                        .getCause())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        denied -> assertThat(denied.detail()).contains(Addresses.plugin("secret")));
        for (DeliveryOptions unclear :
                List.of(new DeliveryOptions(), forPlugin(""), forPlugin("*"), forPlugin("other.x"))) {
            assertThat(catchThrowable(() -> await(node.request(address, unclear))))
                    .hasCauseInstanceOf(DataPrismException.class);
        }
        assertThat(catchThrowable(() -> await(plugin.request(Addresses.calls("n2"), forPlugin("other")))))
                .hasCauseInstanceOf(DataPrismException.class);
    }

    private static DeliveryOptions forPlugin(String name) {
        return new DeliveryOptions().addHeader(PermissionInterceptors.PLUGIN_HEADER, name);
    }

    @Test
    void aThreadOfNobodyMayNothing() {
        assertThat(catchThrowable(() -> await(vertx.eventBus()
                        .request(Addresses.ENGINE, new JsonObject())
                        .recover(Replies::recover))))
                .hasCauseInstanceOf(DataPrismException.class);
    }

    @Test
    void whoActsForAUserHasTheUsersRightsAndNoMore() throws Exception {
        Principal.User analyst =
                new Principal.User("ann", Set.of(Principal.Role.ANALYST), List.of("a:*"), List.of("fli*"), List.of());
        JsonObject seen = await(node.as(Caller.of(analyst), Addresses.DATA_QUERY));

        assertThat(seen.getString("sender")).isEqualTo("/users/ann");
        assertThat(seen.getString("tables")).isEqualTo("[[\"fli*\"]]");
        assertThat(catchThrowable(() -> await(node.as(Caller.of(analyst), Addresses.ENGINE))))
                .hasCauseInstanceOf(DataPrismException.class);
        Caller chain = new Caller(new Principal.Plugin("p"), Caller.of(analyst));
        assertThat(await(node.as(chain, Addresses.DATA_QUERY)).getString("tables"))
                .isEqualTo("[[\"flights\"],[\"fli*\"]]");
    }

    @Test
    void aChainSurvivesTheHeader() {
        Principal.User user = new Principal.User(
                "u", Set.of(Principal.Role.ADMIN, Principal.Role.ANALYST), List.of(), null, List.of("a*"));
        Caller chain = new Caller(new Principal.Plugin("a"), new Caller(new Principal.Plugin("b"), Caller.of(user)));

        assertThat(CallerCodec.decode(CallerCodec.encode(chain))).isEqualTo(chain);
        assertThat(CallerCodec.decode(CallerCodec.encode(guard.node()))).isEqualTo(guard.node());
        assertThat(catchThrowable(() -> CallerCodec.decode("[]"))).isInstanceOf(IllegalArgumentException.class);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Says what it saw. */
    private final class Engine extends VerticleBase {
        @Override
        public Future<?> start() {
            for (String address : List.of(Addresses.DATA_QUERY, Addresses.ENGINE)) {
                vertx.eventBus().<JsonObject>consumer(address, message -> {
                    received.incrementAndGet();
                    Caller sender = CallerContext.sender();
                    message.reply(new JsonObject()
                            .put(
                                    "sender",
                                    sender == null ? null : sender.principal().uri())
                            .put("tables", message.headers().get(TableScope.HEADER))
                            .put("topics", message.headers().get(PermissionTable.TOPIC_SCOPE_HEADER)));
                });
            }
            return Future.succeededFuture();
        }
    }

    /** Sends from a deployment of its own. */
    private static final class Sender extends VerticleBase {

        @Override
        public Future<?> start() {
            return Future.succeededFuture();
        }

        Future<JsonObject> request(String address, DeliveryOptions options) {
            return on(
                    context,
                    () -> vertx.eventBus()
                            .<JsonObject>request(address, new JsonObject(), options)
                            .map(reply -> reply.body())
                            .recover(Replies::recover));
        }

        Future<JsonObject> as(Caller caller, String address) {
            return on(
                    CallerContext.duplicateFor(context, caller),
                    () -> vertx.eventBus()
                            .<JsonObject>request(address, new JsonObject())
                            .map(reply -> reply.body())
                            .recover(Replies::recover));
        }

        void send(String address) {
            context.runOnContext(go -> vertx.eventBus().send(address, new JsonObject()));
        }

        private Future<JsonObject> on(Context where, Supplier<Future<JsonObject>> task) {
            Promise<JsonObject> promise = Promise.promise();
            where.runOnContext(go -> task.get().onComplete(promise));
            return promise.future();
        }
    }
}
