package plugins;

import io.dataprism.plugin.*;
import java.nio.file.*;
import java.util.*;
import java.util.concurrent.*;
import org.apache.arrow.memory.*;
import reactor.core.publisher.*;

/** A plugin that takes more than it may. */
public class Glutton implements UtilityPlugin {

    private PluginContext context;
    private final List<Object> kept = new CopyOnWriteArrayList<>();

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return Mono.fromCallable(() -> {
            switch (operation) {
                case "offHeap" -> {
                    BufferAllocator allocator = new RootAllocator(Long.MAX_VALUE);
                    for (int piece = 0; piece < 256; piece++) {
                        ArrowBuf buffer = allocator.buffer(16 << 20);
                        for (long at = 0; at < buffer.capacity(); at += 4096) {
                            buffer.setByte(at, 1);
                        }
                        kept.add(buffer);
                    }
                }
                case "threads" -> {
                    for (int thread = 0; thread < 500; thread++) {
                        Thread sleeper = new Thread(() -> {
                            try {
                                Thread.sleep(60_000);
                            } catch (InterruptedException end) {
                                Thread.currentThread().interrupt();
                            }
                        });
                        sleeper.setDaemon(true);
                        sleeper.start();
                        kept.add(sleeper);
                    }
                }
                case "burn" -> {
                    long end = System.nanoTime() + 1_500_000_000L;
                    List<Thread> burners = new ArrayList<>();
                    for (int thread = 0; thread < 3; thread++) {
                        Thread burner = new Thread(() -> {
                            while (System.nanoTime() < end) {}
                        });
                        burner.start();
                        burners.add(burner);
                    }
                    for (Thread burner : burners) {
                        burner.join();
                    }
                }
                case "fill" -> {
                    for (int file = 0; file < 1000; file++) {
                        Files.write(context.directory().resolve("file" + file), new byte[1 << 20]);
                    }
                }
                case "largeFile" -> Files.write(context.directory().resolve("large"), new byte[8 << 20]);
                case "files" -> {
                    // names of one file: some disks take 0.2 ms of the processor for each new one
                    Path first = Files.createFile(context.directory().resolve("empty"));
                    for (int name = 0; name < 30_000; name++) {
                        Files.createLink(context.directory().resolve("empty" + name), first);
                    }
                }
                case "open" -> {
                    for (int file = 0; file < 1000; file++) {
                        kept.add(Files.newOutputStream(context.directory().resolve("open" + file % 10)));
                    }
                }
                case "ask" -> {
                    for (int request = 0; request < 500; request++) {
                        kept.add(context.services()
                                .call("dataprism.service.config.get", Map.of())
                                .block());
                    }
                }
                default -> {}
            }
            return (Object) kept.size();
        });
    }
}
