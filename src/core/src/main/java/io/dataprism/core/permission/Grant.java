package io.dataprism.core.permission;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A permission that an operator gave to a plugin.
 *
 * @param elevated whether it holds whoever the plugin is serving, even one who may do less
 * @param asked what the plugin asked for then: the same, or {@link Permission#covers something wider}
 */
public record Grant(Permission permission, boolean elevated, Permission asked) {

    /** One for exactly what is asked. */
    public Grant(Permission permission, boolean elevated) {
        this(permission, elevated, permission);
    }

    /** Whether an operator who gave this has decided on that request: on no less, and gave some of it. */
    boolean answers(Permission request) {
        return asked.covers(request) && (permission.covers(request) || request.covers(permission));
    }

    /** As the contract shows it. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = json(permission);
        if (!asked.equals(permission)) {
            json.put("asked", json(asked));
        }
        if (elevated) {
            json.put("elevated", true);
        }
        return json;
    }

    /** A permission as the contract shows it. */
    public static Map<String, @Nullable Object> json(Permission permission) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("resource", permission.resource().label());
        json.put("access", permission.access().label());
        json.put("scope", permission.scope());
        return json;
    }
}
