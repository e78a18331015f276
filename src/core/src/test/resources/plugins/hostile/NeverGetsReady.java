package plugins.hostile;

import io.dataprism.plugin.*;
import reactor.core.publisher.*;

/** Never says that it is initialised. */
public class NeverGetsReady extends IgnoresInterrupts {

    @Override
    public Mono<Void> initialize(PluginContext given) {
        return Mono.never();
    }
}
