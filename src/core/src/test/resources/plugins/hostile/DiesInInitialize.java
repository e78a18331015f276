package plugins.hostile;

import io.dataprism.plugin.*;
import reactor.core.publisher.*;

/** Takes its JVM down when it is asked to initialize. */
public class DiesInInitialize extends IgnoresInterrupts {

    @Override
    public Mono<Void> initialize(PluginContext given) {
        Runtime.getRuntime().halt(11);
        return Mono.empty();
    }
}
