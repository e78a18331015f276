package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.ArrowUpload;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.manifest.OperationSpec;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal.Role;
import io.dataprism.gateway.contract.Parameters;
import io.dataprism.gateway.contract.ShownValue;
import io.dataprism.host.PluginService;
import io.dataprism.host.PluginService.Execution;
import io.dataprism.host.PluginService.Outcome;
import io.dataprism.plugin.Batch;
import io.dataprism.plugin.ExportFormat;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** {@code POST /v1/plugins/{name}/operations/{operation}}. */
final class OperationRoutes {

    private static final String OPERATION = "POST /v1/plugins/{name}/operations/{operation}";
    private static final String ARROW = ResultFormat.ARROW_STREAM.mediaType();
    private static final String JSON = "application/json";
    private static final List<ResultFormat> FORMATS = List.of(ResultFormat.values());

    private final PluginService plugins;
    private final DatasetAnswers datasets;
    private final ViewRoutes views;
    private final Access access;
    private final Bodies bodies;
    private final Uploads uploads;
    private final Limits limits;
    private final BufferAllocator allocator;

    /** What of a call is known before the plugin is asked. */
    private record Call(
            String plugin, String operation, @Nullable ExportFormat format) {}

    OperationRoutes(
            PluginService plugins,
            Access access,
            Bodies bodies,
            Uploads uploads,
            DatasetAnswers datasets,
            Limits limits,
            BufferAllocator allocator) {
        this.plugins = plugins;
        this.datasets = datasets;
        this.views = new ViewRoutes(plugins, access, bodies);
        this.access = access;
        this.bodies = bodies;
        this.uploads = uploads;
        this.limits = limits;
        this.allocator = allocator;
    }

    void mount(Router router) {
        views.mount(router);
        router.post("/v1/plugins/:name/operations/:operation")
                .handler(access.anyOf(Role.ANALYST))
                .handler(access::pluginInScope)
                .handler(this::execute);
    }

    private void execute(RoutingContext context) {
        Parameters parameters = Parameters.of(context);
        context.request().pause();
        Future.succeededFuture(context)
                .map(asked -> call(asked, plugins.operations(asked.pathParam("name")), parameters))
                .compose(call -> isArrow(context) ? withUpload(context, call, parameters) : withDocument(context, call))
                .onFailure(failure -> Answers.problem(context, failure));
    }

    private static boolean isArrow(RoutingContext context) {
        return MediaTypes.essence(context.request().getHeader(HttpHeaders.CONTENT_TYPE))
                .equals(ARROW);
    }

    private Future<Void> withDocument(RoutingContext context, Call call) {
        return bodies.optionalObject(context)
                .compose(json -> json.containsKey("live")
                        ? views.open(context, json, call.operation(), call.format())
                        : called(context, call, json));
    }

    private Future<Void> called(RoutingContext context, Call call, JsonObject document) {
        return Future.succeededFuture(document)
                .map(json -> {
                    RequestDocument body = new RequestDocument(OPERATION, json);
                    JsonObject params = body.object("params");
                    JsonObject input = body.object("input");
                    JsonObject options = body.object("options");
                    body.check();
                    return execution(call, params, input, null, options);
                })
                .compose(execution -> run(context, execution))
                .compose(outcome -> answer(context, outcome));
    }

    /** The file lives as long as the answer is being made out of it. */
    private Future<Void> withUpload(RoutingContext context, Call call, Parameters parameters) {
        String text = parameters.text("params");
        JsonObject params = text == null ? null : params(text);
        return uploads.receive(
                context,
                limits.packageBytes(),
                file -> run(context, execution(call, params, null, read(file), null))
                        .compose(outcome -> answer(context, outcome)));
    }

    private static JsonObject params(String text) {
        String operation = OPERATION + ", params";
        JsonObject params = Bodies.parse(operation, Buffer.buffer(text));
        RequestDocument document = new RequestDocument(operation, new JsonObject().put("params", params));
        document.object("params");
        document.check();
        return params;
    }

    private Future<Outcome> run(RoutingContext context, Execution execution) {
        Caller caller = Caller.of(Access.user(context));
        return Departure.watch(
                context, plugins.execute(execution), () -> Access.acting(caller, () -> plugins.cancel(execution)));
    }

    private Flux<Batch> read(Path file) {
        return ArrowUpload.read(file, allocator).subscribeOn(Schedulers.boundedElastic());
    }

    private static Execution execution(
            Call call,
            @Nullable JsonObject params,
            @Nullable JsonObject input,
            @Nullable Flux<Batch> batches,
            @Nullable JsonObject options) {
        return new Execution(
                UUID.randomUUID().toString(),
                call.plugin(),
                call.operation(),
                params == null ? new JsonObject() : params,
                input,
                batches,
                call.format(),
                options == null ? new JsonObject() : options);
    }

    /** Finds the operation and settles, before anything runs, in which form its answer can be given. */
    private static Call call(RoutingContext context, List<OperationSpec> operations, Parameters parameters) {
        String plugin = context.pathParam("name");
        OperationSpec operation = operation(plugin, operations, context.pathParam("operation"));
        String accept = context.request().getHeader(HttpHeaders.ACCEPT);
        ExportFormat format = null;
        switch (operation.kind()) {
            case DATASET -> ResultForm.negotiate(context.request(), FORMATS);
            case RENDERING -> format = rendering(accept, parameters.text("format"), operation);
            case VALUE -> MediaTypes.negotiate(accept, List.of(JSON), Function.identity());
        }
        return new Call(plugin, operation.name(), format);
    }

    private static OperationSpec operation(String plugin, List<OperationSpec> operations, String name) {
        for (OperationSpec operation : operations) {
            if (operation.name().equals(name)) {
                return operation;
            }
        }
        throw new DataPrismException(
                ErrorCode.OPERATION_NOT_FOUND,
                "The plugin '" + plugin + "' has no operation '" + ShownValue.of(name) + "'; it has "
                        + operations.stream().map(OperationSpec::name).toList() + ".",
                "Call one of those.");
    }

    private static @Nullable ExportFormat rendering(
            @Nullable String accept, @Nullable String format, OperationSpec operation) {
        List<ExportFormat> offers = operation.mediaTypes().stream()
                .flatMap(type -> ExportFormat.ofMediaType(type).stream())
                .toList();
        if (format != null) {
            return offers.stream()
                    .filter(offer ->
                            offer.mediaType().equals(format) || offer.name().equalsIgnoreCase(format))
                    .findFirst()
                    .orElseThrow(() -> MediaTypes.notAcceptable(
                            format, offers.stream().map(ExportFormat::mediaType).toList()));
        }
        return offers.isEmpty() ? null : MediaTypes.negotiate(accept, offers, ExportFormat::mediaType);
    }

    private Future<Void> answer(RoutingContext context, Outcome outcome) {
        switch (outcome) {
            case Outcome.Value value -> Answers.json(context, 200, new JsonObject().put("result", value.result()));
            case Outcome.Drawing drawing -> {
                // What a plugin has drawn must not act as the console of whoever opens it as a page.
                context.response()
                        .putHeader("Content-Security-Policy", "sandbox allow-scripts")
                        .putHeader("X-Content-Type-Options", "nosniff");
                Answers.bytes(context, 200, drawing.format().mediaType(), drawing.bytes());
            }
            case Outcome.Dataset dataset -> {
                return datasets.answer(context, ResultForm.negotiate(context.request(), FORMATS), dataset);
            }
        }
        return Future.succeededFuture();
    }
}
