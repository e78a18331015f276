package plugins.hostile;

import reactor.core.publisher.*;

/** Takes its JVM down when it is asked to clean up. */
public class DiesInCleanup extends IgnoresInterrupts {

    @Override
    public Mono<Void> cleanup() {
        Runtime.getRuntime().halt(11);
        return Mono.empty();
    }
}
