package plugins.hostile;

import java.util.*;
import reactor.core.publisher.*;

/** Takes its JVM down when it is asked to configure. */
public class DiesInConfigure extends IgnoresInterrupts {

    @Override
    public Mono<Void> configure(Map<String, Object> settings) {
        Runtime.getRuntime().halt(11);
        return Mono.empty();
    }
}
