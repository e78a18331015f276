package io.dataprism.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.dataprism.core.error.DataPrismException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code ./dataprism bench}: the result goes to standard output and nothing else does. Exit code 2 where it could not begin. */
public final class BenchMain {

    private BenchMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream result = System.out;
        System.setOut(System.err);
        List<String> words = List.of(arguments);
        if (words.isEmpty() || !List.of("engine", "plugins", "events").contains(words.getFirst())) {
            System.err.println("dataprism: usage: " + EngineBench.accepted().usage());
            System.err.println("                  " + PluginsBench.accepted().usage());
            System.err.println("                  " + EventsBench.accepted().usage());
            System.exit(2);
        }
        try {
            ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
            result.println(json.writeValueAsString(run(words.getFirst(), words.subList(1, words.size()))));
            System.exit(0);
        } catch (DataPrismException refused) {
            System.err.println("dataprism: " + refused.detail() + " " + refused.hint());
            System.exit(2);
        }
    }

    private static Map<String, Object> run(String bench, List<String> words) throws Exception {
        Path root = Path.of(System.getProperty("dataprism.root", "")).toAbsolutePath();
        return switch (bench) {
            case "engine" -> new EngineBench(BenchOptions.parse(words, EngineBench.accepted()), root).run();
            case "plugins" -> new PluginsBench(BenchOptions.parse(words, PluginsBench.accepted()), root).run();
            default -> new EventsBench(BenchOptions.parse(words, EventsBench.accepted()), root).run();
        };
    }
}
