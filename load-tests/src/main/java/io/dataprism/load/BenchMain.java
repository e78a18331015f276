package io.dataprism.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.dataprism.core.error.DataPrismException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * {@code ./dataprism bench}: the result goes to standard output and nothing else does. Exit code 2 where it could not begin, 1 where a
 * promise was broken under chaos.
 */
public final class BenchMain {

    private static final List<String> BENCHES = List.of("engine", "plugins", "events", "cluster", "chaos");

    private BenchMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream result = System.out;
        System.setOut(System.err);
        List<String> words = List.of(arguments);
        if (words.isEmpty() || !BENCHES.contains(words.getFirst())) {
            System.err.println("dataprism: usage: " + EngineBench.accepted().usage());
            System.err.println("                  " + PluginsBench.accepted().usage());
            System.err.println("                  " + EventsBench.accepted().usage());
            System.err.println("                  " + ClusterBench.accepted().usage());
            System.err.println("                  " + ChaosOptions.USAGE);
            System.exit(2);
        }
        try {
            ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
            Map<String, Object> found = run(words.getFirst(), words.subList(1, words.size()));
            result.println(json.writeValueAsString(found));
            System.exit(Boolean.FALSE.equals(found.get("holds")) ? 1 : 0);
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
            case "cluster" -> new ClusterBench(BenchOptions.parse(words, ClusterBench.accepted()), root).run();
            case "chaos" -> new ChaosBench(ChaosOptions.parse(words), root).run();
            default -> new EventsBench(BenchOptions.parse(words, EventsBench.accepted()), root).run();
        };
    }
}
