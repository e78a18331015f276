package io.dataprism.core.confinement;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a JVM says on standard error of the classes that it initialises ({@code -Xlog:class+init}), before it does: no code of a class runs
 * sooner, and so none that could keep the line from being written.
 */
final class InitialisedClasses {

    private static final Pattern LINE = Pattern.compile(".* Initializing '([^']+)'.*");
    private static final Pattern VERSIONED = Pattern.compile("^META-INF/versions/[0-9]+/");
    private static final String CLASS_FILE = ".class";
    private static final int MOST_LINE_CHARS = 2_000;
    private static final int MOST_WORDS_CHARS = 2_000;

    private final Set<String> ofPackage = new HashSet<>();

    InitialisedClasses(Path packageFile) throws IOException {
        try (JarFile jar = new JarFile(packageFile.toFile(), false)) {
            jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(CLASS_FILE))
                    .map(name -> VERSIONED.matcher(name).replaceFirst(""))
                    .forEach(name -> ofPackage.add(name.substring(0, name.length() - CLASS_FILE.length())));
        }
    }

    /**
     * Reads to the end.
     *
     * @return what else was said, its beginning
     * @throws IOException where a class of the package was initialised, or nothing was said of any class
     */
    String noneIn(InputStream standardError) throws IOException {
        StringBuilder words = new StringBuilder();
        boolean said = false;
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(standardError, StandardCharsets.UTF_8))) {
            for (String line = line(reader); line != null; line = line(reader)) {
                Matcher initialised = LINE.matcher(line);
                if (!initialised.matches()) {
                    words.append(line, 0, Math.min(line.length(), MOST_WORDS_CHARS - words.length()));
                    continue;
                }
                said = true;
                if (ofPackage.contains(initialised.group(1).replace('.', '/'))) {
                    throw new IOException("The class " + initialised.group(1) + " of the package was initialised.");
                }
            }
        }
        if (!said) {
            throw new IOException("The JVM did not say which classes it initialises, but: " + words);
        }
        return words.toString();
    }

    /** As {@link BufferedReader#readLine()}, of bounded length. */
    private static @Nullable String line(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next >= 0; next = reader.read()) {
            if (next == '\n') {
                return line.toString();
            }
            if (line.length() < MOST_LINE_CHARS) {
                line.append((char) next);
            }
        }
        return line.isEmpty() ? null : line.toString();
    }
}
