package io.dataprism.gateway;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.TreeSet;

/** The methods that a router's routes take at a path, for the header {@code Allow}. */
final class AllowedMethods {

    private AllowedMethods() {}

    static String at(Router router, String path) {
        Set<String> names = new TreeSet<>();
        for (Route route : router.getRoutes()) {
            Set<HttpMethod> methods = route.methods();
            if (methods != null && matches(route.getPath(), path)) {
                methods.forEach(method -> names.add(method.name()));
            }
        }
        return String.join(", ", names);
    }

    private static boolean matches(String pattern, String path) {
        String[] wanted = pattern == null ? new String[0] : pattern.split("/", -1);
        String[] found = path.split("/", -1);
        if (wanted.length != found.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            if (!wanted[i].startsWith(":") && !wanted[i].equals(found[i])) {
                return false;
            }
        }
        return true;
    }
}
