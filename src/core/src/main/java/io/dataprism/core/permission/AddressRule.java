package io.dataprism.core.permission;

import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.Map;

/**
 * What sending to addresses of one form needs.
 *
 * @param pattern of addresses, as {@link ScopePattern}
 */
record AddressRule(String pattern, Need need) {

    boolean matches(String address) {
        return ScopePattern.matches(pattern, address);
    }

    /** What is needed. */
    sealed interface Need {

        /** Nothing. */
        record Nothing() implements Need {}

        /** To be the node itself. */
        record TheNode() implements Need {}

        /** One permission with one scope, which may name the rest of the address as {@code {rest}}. */
        record Exactly(Resource resource, Access access, String scope) implements Need {

            Permission permission(String pattern, String address) {
                int star = pattern.indexOf('*');
                String rest = star < 0 ? "" : address.substring(star);
                return new Permission(resource, access, scope.replace("{rest}", rest));
            }
        }

        /** A permission with any scope; which scopes travels in a header, for whoever understands the body. */
        record Within(Resource resource, Access access, String header) implements Need {}

        /** The same, where the access depends on a header of the request: reading methods, or any other. */
        record WithinByMethod(Resource resource, String header) implements Need {

            Within of(Map<String, String> headers) {
                String method = headers.getOrDefault(PermissionTable.METHOD_HEADER, "");
                boolean reads = method.equals("GET") || method.equals("HEAD");
                return new Within(resource, reads ? Access.READ : Access.WRITE, header);
            }
        }

        /** Two permissions at once, whose scopes travel in two headers. */
        record Both(Within first, Within second) implements Need {}

        /** Topics; which ones travels in a header. */
        record Topics(Access access) implements Need {}
    }
}
