package io.dataprism.service;

import io.dataprism.bus.Addresses;
import io.dataprism.core.permission.Permission.Access;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.function.Function;

/** {@code network.connect}: admits a plugin to a host and answers the address to connect to, upon which its door connects. */
record Connecting(NetworkDoor door) implements Service {

    private static final int PORT_MAX = 65_535;

    @Override
    public Map<String, Function<ServiceRequest, Future<?>>> addresses() {
        return Map.of(Addresses.NETWORK_CONNECT, this::admit);
    }

    private Future<JsonObject> admit(ServiceRequest request) {
        String host = request.text("host");
        int port = (int) request.typed().number("port", 1, PORT_MAX);
        boolean bareIpv6 = host.contains(":") && !host.startsWith("[");
        NetworkTarget target = new NetworkTarget("tcp", bareIpv6 ? "[" + host + "]" : host, port);
        return door.admit(request, target, Access.EXECUTE)
                .map(address -> new JsonObject().put("address", address.getHostAddress()));
    }
}
