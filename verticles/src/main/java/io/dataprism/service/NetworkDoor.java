package io.dataprism.service;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where plugins may connect to: inside their scopes, and there to addresses of the world alone, unless a scope names that very
 * host without a wildcard. Answers the address to connect to, so that a name cannot mean one host when it is checked and
 * another when it is used.
 */
final class NetworkDoor {

    private static final long RESOLVE_SECONDS = 5;
    private static final int RESOLVERS = 4;

    private final ScopeGuard guard;
    private final WorkerExecutor resolvers;

    NetworkDoor(Vertx vertx, ScopeGuard guard) {
        this.guard = guard;
        this.resolvers = vertx.createSharedWorkerExecutor("names", RESOLVERS, 30, TimeUnit.SECONDS);
    }

    /** The address of a target; {@code PERMISSION_DENIED}, {@code REQUEST_INVALID} or {@code NETWORK_FAILED}. */
    Future<InetAddress> admit(ServiceRequest request, NetworkTarget target, Access access) {
        if (!target.isLegal()) {
            throw request.invalid("host", "is '" + target + "', which is no host and port");
        }
        Permission needed = new Permission(Resource.NETWORK, access, target.toString());
        guard.require(request, needed, target::matches);
        boolean named = named(request, target);
        return resolvers
                .executeBlocking(() -> InetAddress.getAllByName(target.plainHost()), false)
                .timeout(RESOLVE_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(unknown(target, failure)))
                .map(found -> choose(request, needed, Arrays.asList(found), named));
    }

    Future<Void> close() {
        return resolvers.close();
    }

    private InetAddress choose(ServiceRequest request, Permission needed, List<InetAddress> found, boolean named) {
        return found.stream()
                .filter(address -> named || PublicAddresses.isPublic(address))
                .findFirst()
                .orElseThrow(
                        () -> guard.refused(request, needed, request.caller().principal()));
    }

    /** Users' rights have no hosts in them; every plugin of the chain must name it. */
    private static boolean named(ServiceRequest request, NetworkTarget target) {
        Caller link = request.caller();
        for (List<String> patterns : request.scope()) {
            boolean plugin = link == null || link.principal() instanceof Principal.Plugin;
            if (plugin && patterns.stream().noneMatch(target::isNamedBy)) {
                return false;
            }
            link = link == null ? null : link.onBehalfOf();
        }
        return true;
    }

    private static DataPrismException unknown(NetworkTarget target, Throwable failure) {
        String why =
                failure instanceof UnknownHostException ? "nobody knows that name" : "its name is not resolved in time";
        return new DataPrismException(
                ErrorCode.NETWORK_FAILED,
                "The host " + target.host() + " cannot be reached: " + why + ".",
                "Check the name, and this machine's resolver.",
                failure);
    }
}
