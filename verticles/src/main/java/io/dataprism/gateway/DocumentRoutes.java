package io.dataprism.gateway;

import io.dataprism.gateway.contract.Contract;
import io.dataprism.gateway.contract.Parameters;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;

/** {@code /openapi.json} and {@code /asyncapi.json}, encoded and packed once; for everybody. One for all gateways of a node. */
final class DocumentRoutes {

    private final Document openApi;
    private final Document asyncApi;

    private record Document(Buffer plain, Buffer packed) {
        Document(Buffer plain) {
            this(plain, Answers.gzip(plain));
        }
    }

    /**
     * Reads the contract; blocks, the first time.
     *
     * @param version of the service
     * @throws IllegalStateException where the contract cannot be used
     */
    DocumentRoutes(String version) {
        openApi = new Document(Contract.current().openApi(version));
        asyncApi = new Document(Contract.current().asyncApi(version));
    }

    void mount(Router router) {
        mount(router, "/openapi.json", openApi);
        mount(router, "/asyncapi.json", asyncApi);
    }

    private static void mount(Router router, String path, Document document) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(context -> {
            Parameters.of(context);
            Answers.json(context, document.plain(), document.packed());
        });
    }
}
