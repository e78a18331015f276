package plugins.hostile;

import reactor.core.publisher.*;

/** Takes its JVM down when it is asked to activate. */
public class DiesInActivate extends IgnoresInterrupts {

    @Override
    public Mono<Void> activate() {
        Runtime.getRuntime().halt(11);
        return Mono.empty();
    }
}
