package io.dataprism.load.plugin;

import io.dataprism.plugin.PluginContext;
import io.dataprism.plugin.UtilityPlugin;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import reactor.core.publisher.Mono;

/** Does harm, of the kind that its own name says, until it is ended. */
public final class HostilePlugin implements UtilityPlugin {

    private static final int BURNERS = 8;
    private static final int PIECE_BYTES = 1 << 20;
    private static final long LIFE_MILLIS = 200;

    /** What it does. */
    public enum Harm {
        /** Keeps eight threads busy. */
        BURN,
        /** Takes memory until it is ended. */
        GORGE,
        /** Ends its process 200 ms after it began. */
        CRASH,
        /** Publishes as fast as it is answered, eight times at once. */
        FLOOD;

        /** The name of the plugin that does it. */
        public String pluginName() {
            return "hostile-" + name().toLowerCase(Locale.ROOT);
        }
    }

    private String name = "";
    private PluginContext context;

    /** Made by the host. */
    @SuppressWarnings("NullAway.Init")
    public HostilePlugin() {}

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        name = given.manifest().name();
        return Mono.empty();
    }

    @Override
    public Mono<Void> activate() {
        switch (Harm.valueOf(name.substring(name.indexOf('-') + 1).toUpperCase(Locale.ROOT))) {
            case BURN -> threads(BURNERS, this::burn);
            case GORGE -> threads(1, this::gorge);
            case CRASH -> threads(1, HostilePlugin::crash);
            case FLOOD -> threads(BURNERS, this::flood);
        }
        return Mono.empty();
    }

    private static void threads(int count, Runnable harm) {
        for (int i = 0; i < count; i++) {
            Thread.ofPlatform().daemon().start(harm);
        }
    }

    private void burn() {
        double number = 1;
        while (number < Double.MAX_VALUE) {
            number = Math.sqrt(number + 1);
        }
    }

    private void gorge() {
        List<byte[]> eaten = new ArrayList<>();
        while (true) {
            byte[] piece = new byte[PIECE_BYTES];
            Arrays.fill(piece, (byte) 1);
            eaten.add(piece);
        }
    }

    private static void crash() {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(LIFE_MILLIS));
        Runtime.getRuntime().halt(1);
    }

    private void flood() {
        while (true) {
            context.events()
                    .publish(name + ":flood", Map.of("text", "x".repeat(PIECE_BYTES / 1024)))
                    .onErrorComplete()
                    .block();
        }
    }
}
