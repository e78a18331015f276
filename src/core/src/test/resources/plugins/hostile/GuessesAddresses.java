package plugins.hostile;

import io.dataprism.plugin.*;
import java.util.*;

/** Asks at every address that it can think of. */
public class GuessesAddresses extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<String> through = new ArrayList<>();
        for (String address : List.of(
                "dataprism.service.admin",
                "dataprism.plugin.neighbour",
                "dataprism.core.plugins",
                "dataprism.service.storage.get",
                "__vertx.internal",
                "*",
                "",
                "../..",
                "dataprism.*",
                "vertx.circuit-breaker",
                "x".repeat(10_000))) {
            try {
                context.services().call(address, Map.of()).block();
                through.add(address);
            } catch (PluginException | IllegalArgumentException refused) {
                // as it must be
            }
        }
        return through;
    }
}
