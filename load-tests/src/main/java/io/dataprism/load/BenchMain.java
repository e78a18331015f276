package io.dataprism.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.dataprism.core.error.DataPrismException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/** {@code ./dataprism bench}: the result goes to standard output and nothing else does. Exit code 2 where it could not begin. */
public final class BenchMain {

    private BenchMain() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream result = System.out;
        System.setOut(System.err);
        List<String> words = List.of(arguments);
        if (words.isEmpty() || !words.getFirst().equals("engine")) {
            System.err.println("dataprism: usage: " + BenchOptions.USAGE);
            System.exit(2);
        }
        try {
            BenchOptions options = BenchOptions.parse(words.subList(1, words.size()), EngineBench.rowNames());
            Path root = Path.of(System.getProperty("dataprism.root", "")).toAbsolutePath();
            ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
            result.println(json.writeValueAsString(new EngineBench(options, root).run()));
            System.exit(0);
        } catch (DataPrismException refused) {
            System.err.println("dataprism: " + refused.detail() + " " + refused.hint());
            System.exit(2);
        }
    }
}
