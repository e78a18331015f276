package io.dataprism.gateway.connection;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the files of TLS once a second, and has the server use what is new in them for new connections. A pair that cannot be
 * used changes nothing and is told in the log, once. On its event loop; files are read on workers.
 */
public final class TlsReload {

    private static final Logger LOG = LoggerFactory.getLogger(TlsReload.class);
    private static final long LOOK_MILLIS = 1_000;

    private final Vertx vertx;
    private final TlsFiles files;
    private final HttpServer server;
    private @Nullable Look seen;
    private @Nullable Look tried;
    private boolean looking;

    /** @param content null: there is a problem */
    private record Look(TlsFiles.@Nullable Content content, String problem) {}

    /** @param server that listens, with what the files held a moment ago; those that share its port change with it */
    public TlsReload(Vertx vertx, TlsFiles files, HttpServer server) {
        this.vertx = vertx;
        this.files = files;
        this.server = server;
    }

    /** Begins, and goes on until the current verticle ends. What the files hold by now is used, too. */
    public void start() {
        vertx.setPeriodic(LOOK_MILLIS, tick -> look());
    }

    private void look() {
        if (!looking) {
            looking = true;
            vertx.executeBlocking(files::content, false)
                    .map(content -> new Look(content, ""))
                    .otherwise(failure -> new Look(null, reason(failure)))
                    .onSuccess(found -> {
                        looking = false;
                        compare(found);
                    });
        }
    }

    /** Two files are not replaced in one moment, so a change counts when nothing has changed since the last look. */
    private void compare(Look now) {
        boolean settled = now.equals(seen);
        seen = now;
        if (settled && !now.equals(tried)) {
            tried = now;
            TlsFiles.Content content = now.content();
            if (content == null) {
                complain(now.problem());
            } else {
                use(content);
            }
        }
    }

    private void use(TlsFiles.Content content) {
        vertx.executeBlocking(() -> files.pair(content), false)
                .compose(pair ->
                        server.updateSSLOptions(TlsFiles.update(pair)).onSuccess(changed -> tell(pair, changed)))
                .onFailure(failure -> complain(reason(failure)));
    }

    private static void tell(TlsFiles.Pair pair, boolean changed) {
        if (pair.endsAt().isBefore(Instant.now())) {
            LOG.error("The certificate of TLS has ended at {}: clients will refuse it", pair.endsAt());
        } else if (changed) {
            LOG.info("New connections use the certificate of TLS that ends at {}", pair.endsAt());
        }
    }

    private static void complain(String reason) {
        LOG.error("The new certificate and key of TLS are not used, and the old ones go on: {}", reason);
    }

    private static String reason(Throwable failure) {
        return failure instanceof TlsException ? String.valueOf(failure.getMessage()) : failure.toString();
    }
}
