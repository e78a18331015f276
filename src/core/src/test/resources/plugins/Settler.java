package plugins;

import io.dataprism.plugin.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;
import reactor.core.publisher.*;

/** A plugin that writes to its folder by every name that it has. */
public class Settler implements UtilityPlugin {

    private PluginContext context;

    @Override
    public Mono<Void> initialize(PluginContext given) {
        context = given;
        return Mono.empty();
    }

    @Override
    public Mono<Object> execute(String operation, Map<String, Object> params) {
        return Mono.fromCallable(() -> {
            switch (operation) {
                case "write" -> {
                    Files.writeString(context.directory().resolve("context"), "x");
                    Files.writeString(Path.of("relative"), "x");
                    Files.writeString(Path.of("absolute").toAbsolutePath(), "x");
                    Files.writeString(Path.of(System.getProperty("user.home")).resolve("home"), "x");
                    Files.move(
                            Files.createTempFile("a", "b"), context.directory().resolve("temporary"));
                    new FileOutputStream("stream").close();
                    File.createTempFile("file", "end").delete();
                    Files.createDirectories(context.directory().resolve("folder/deeper"));
                    Files.move(context.directory().resolve("stream"), Path.of("folder/deeper/moved"));
                }
                case "code" ->
                    Files.writeString(
                            Path.of(getClass()
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI()),
                            "x");
                case "classPath" -> {
                    return System.getProperty("java.class.path");
                }
                case "beside" -> Files.writeString(Path.of("").toAbsolutePath().resolveSibling("beside"), "x");
                default -> {}
            }
            return (Object) context.directory().toString();
        });
    }
}
