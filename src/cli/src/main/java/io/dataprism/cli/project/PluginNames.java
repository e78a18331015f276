package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import java.util.List;
import javax.lang.model.SourceVersion;

/**
 * What a new plugin is called.
 *
 * @param name as in the manifest
 * @param packageName of its Java code
 * @param className of its entry point, without the package
 */
record PluginNames(String name, String packageName, String className) {

    private static final String LEGAL = "[a-z][a-z0-9-]{1,62}";

    /** Where a template's code has names from: a class of the same name would hide one of them. */
    private static final List<String> TAKEN = List.of(
            "java.lang.",
            "java.util.",
            "io.dataprism.plugin.",
            "io.dataprism.testkit.",
            "reactor.core.publisher.",
            "org.apache.arrow.vector.",
            "org.apache.arrow.memory.");

    static PluginNames of(String name, String packageName) throws CannotBegin {
        if (!name.matches(LEGAL)) {
            throw new CannotBegin(
                    "'" + name.replaceAll("\\p{Cntrl}", "?")
                            + "' cannot be a plugin's name: 2 to 63 lower-case letters, digits and -, beginning with a letter.");
        }
        if (!SourceVersion.isName(packageName) || !packageName.matches("[A-Za-z0-9_.]{1,200}")) {
            throw new CannotBegin("--package is '" + packageName.replaceAll("\\p{Cntrl}", "?")
                    + "': give the name of a Java package, such as com.acme.");
        }
        return new PluginNames(name, packageName, className(name));
    }

    /** The folder of its Java code. */
    String path() {
        return packageName.replace('.', '/');
    }

    private static String className(String name) {
        StringBuilder words = new StringBuilder();
        for (String word : name.split("-")) {
            if (!word.isEmpty()) {
                words.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
            }
        }
        String joined = words.toString();
        return TAKEN.stream().anyMatch(prefix -> exists(prefix + joined)) ? joined + "Entry" : joined;
    }

    private static boolean exists(String className) {
        return PluginNames.class.getClassLoader().getResource(className.replace('.', '/') + ".class") != null;
    }
}
