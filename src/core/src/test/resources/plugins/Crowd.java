package plugins;

import io.dataprism.plugin.*;
import java.util.*;
import reactor.core.publisher.*;

/** A plugin of many classes, none of which may run before the plugin does. The comment CLASSES and the text MARK are replaced. */
public class Crowd implements UtilityPlugin {

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return Mono.fromCallable(() -> switch (operation) {
            case "mark" -> "MARK";
            case "loaded" ->
                Class.forName("plugins.Crowd$C7").getMethod("number").invoke(null);
            case "trap" -> Class.forName("plugins.Crowd$Trap").getName();
            default -> "?";
        });
    }

    /** Its initialisation ends the process. */
    public static class Trap {
        static {
            Runtime.getRuntime().halt(77);
        }
    }

    // CLASSES
}
