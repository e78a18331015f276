package io.dataprism.load.node;

import io.dataprism.load.child.Answers;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.Map;

/**
 * The process of a node whose plugins are called from inside it. Arguments: a data folder, the home of the installation. Questions:
 * {@code add} with a package's file; {@code call} with a plugin's name, {@code times}, {@code flight} and {@code bytes}; {@code
 * stream} with a plugin's name, and {@code plain}, each with {@code batches}.
 */
public final class PluginNode {

    private PluginNode() {}

    public static void main(String[] arguments) throws Exception {
        try (PluginHostUnderTest node = new PluginHostUnderTest(Path.of(arguments[0]), Path.of(arguments[1]))) {
            BatchCalls batches = new BatchCalls(node);
            Answers.serve(
                    Map.of(),
                    question -> question.containsKey("batches") ? batches.answer(question) : answer(node, question));
        }
        System.exit(0);
    }

    private static Map<String, ?> answer(PluginHostUnderTest node, Map<String, String> question) throws Exception {
        String file = question.get("add");
        if (file != null) {
            JsonObject added = node.add(Path.of(file));
            return Map.of("plugin", added.getMap());
        }
        return new BusCalls(
                        node,
                        question.getOrDefault("call", ""),
                        Integer.parseInt(question.getOrDefault("bytes", "1024")))
                .run(
                        Integer.parseInt(question.getOrDefault("times", "1")),
                        Integer.parseInt(question.getOrDefault("flight", "1")))
                .toAnswer();
    }
}
