package plugins.hostile;

import io.dataprism.plugin.*;
import java.util.*;
import reactor.core.publisher.*;

/** A plugin that attacks when it is asked to, and otherwise answers with the name of the operation. */
public abstract class Attack implements UtilityPlugin {

    protected PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return operation.equals("attack") ? Mono.fromCallable(() -> run(Target.of(params))) : Mono.just(operation);
    }

    private Object run(Target target) throws Exception {
        try {
            Object result = attack(target);
            return result instanceof Attempts attempts ? attempts.through() : result;
        } catch (Exception | Error thrown) {
            throw thrown;
        } catch (Throwable thrown) {
            throw new IllegalStateException(thrown);
        }
    }

    /** Attacks; where it answers {@link Attempts}, each of them must have been refused. */
    abstract Object attack(Target target) throws Throwable;

    /** Never returns, whatever interrupts it. */
    static void hang() {
        while (true) {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException ignored) {
                // that is the attack
            }
        }
    }
}
