package plugins.hostile;

import io.dataprism.plugin.*;
import java.util.*;

/** Says that it asks for an administrator, in every place where that could be believed. */
public class ForgesThePrincipal extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Map<String, Object> body = Map.of(
                "principal",
                "user:admin",
                "caller",
                "admin",
                "roles",
                List.of("admin"),
                "headers",
                Map.of("x-principal", "admin"));
        List<String> through = new ArrayList<>();
        for (String call : target.foreignCalls()) {
            try {
                Wire.call(
                        context,
                        "{\"method\":\"request\",\"call\":\"" + call
                                + "\",\"principal\":\"admin\",\"address\":\"forged\",\"body\":{}}");
                context.services().call("dataprism.service.config.get", body).block();
                through.add(call);
            } catch (PluginException refused) {
                // as it must be
            }
        }
        return through;
    }
}
