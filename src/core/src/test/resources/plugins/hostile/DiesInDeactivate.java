package plugins.hostile;

import reactor.core.publisher.*;

/** Takes its JVM down when it is asked to deactivate. */
public class DiesInDeactivate extends IgnoresInterrupts {

    @Override
    public Mono<Void> deactivate() {
        Runtime.getRuntime().halt(11);
        return Mono.empty();
    }
}
