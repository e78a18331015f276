package io.dataprism.cli.project;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The files of a new project: resources in which <code>#{word}</code> stands for what differs. */
final class Template {

    /** Those that there are. */
    static final List<String> CATEGORIES = List.of("data-processing", "visualization", "integration", "utility");

    private final String category;
    private final PluginNames names;
    private final Map<String, String> words;

    Template(String category, PluginNames names, Distribution distribution) {
        this.category = category;
        this.names = names;
        this.words = Map.of(
                "name", names.name(),
                "package", names.packageName(),
                "class", names.className(),
                "path", names.path(),
                "category", category,
                "home", xml(distribution.home().toString()),
                "repository", xml(distribution.repository()),
                "dollar", "$");
    }

    /** Writes the project into a folder that is empty or absent. Blocks. */
    void writeTo(Path folder) throws IOException {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("common/pom.xml", "pom.xml");
        files.put("common/README.md", "README.md");
        files.put("common/gitignore", ".gitignore");
        files.put(category + "/plugin.json", Project.MANIFEST);
        files.put(
                category + "/Plugin.java.template",
                Project.SOURCES + "/" + names.path() + "/" + names.className() + ".java");
        files.put(
                category + "/PluginTest.java.template",
                "src/test/java/" + names.path() + "/" + names.className() + "Test.java");
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path target = folder.resolve(file.getValue());
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(target, filled(file.getKey()));
        }
    }

    private String filled(String resource) throws IOException {
        try (InputStream in = Template.class.getResourceAsStream("templates/" + resource)) {
            if (in == null) {
                throw new FileNotFoundException("the template " + resource + " is not in this build");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, String> word : words.entrySet()) {
                text = text.replace("#{" + word.getKey() + "}", word.getValue());
            }
            return text;
        }
    }

    private static String xml(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
