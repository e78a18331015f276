package io.dataprism.plugins.drawing;

import io.dataprism.plugin.PluginException;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The machine's TrueType fonts, as files: what PDF embeds parts of. */
final class FontFiles {

    private static final List<String> REGULAR = List.of(
            "DejaVuSans.ttf",
            "LiberationSans-Regular.ttf",
            "NotoSans-Regular.ttf",
            "Arial.ttf",
            "arial.ttf",
            "FreeSans.ttf",
            "DroidSansFallbackFull.ttf",
            "DroidSansFallback.ttf",
            "NotoSansSymbols2-Regular.ttf",
            "Symbola.ttf",
            "unifont.ttf");

    private static final List<String> BOLD = List.of(
            "DejaVuSans-Bold.ttf",
            "LiberationSans-Bold.ttf",
            "NotoSans-Bold.ttf",
            "Arial_Bold.ttf",
            "arialbd.ttf",
            "FreeSansBold.ttf");

    private static final int DEEPEST = 8;
    private static final int MAX_FILES = 20_000;
    private static final long MAX_BYTES = 32L << 20;

    private FontFiles() {}

    /**
     * Those that the machine has, the best first; further ones serve for letters that the first has not.
     *
     * @param bold whether bold ones come first
     */
    static List<Path> candidates(boolean bold) {
        Map<String, Path> found = new HashMap<>();
        folders().forEach(folder -> look(folder, found));
        return Stream.concat(bold ? BOLD.stream() : Stream.empty(), REGULAR.stream())
                .map(found::get)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * A machine without fonts.
     *
     * @param format that needs one
     * @param why none can be used
     */
    static PluginException missing(String format, String why, @Nullable Throwable cause) {
        return new PluginException(
                "FONTS_MISSING",
                "A " + format + " needs a TrueType font on the machine that runs this plugin, and none could be used ("
                        + why
                        + "). Install one, on Debian with 'apt-get install fonts-dejavu-core fontconfig', and activate the"
                        + " plugin again; or ask for image/svg+xml, which needs none.",
                cause);
    }

    /** Java's own setting, or where Linux distributions have them. */
    private static Stream<Path> folders() {
        String set = System.getProperty("sun.java2d.fontpath");
        return set == null || set.isEmpty()
                ? Stream.of("/usr/share/fonts", "/usr/local/share/fonts").map(Path::of)
                : Stream.of(set.split(File.pathSeparator)).map(Path::of);
    }

    /** A folder that cannot be read has no fonts. */
    private static void look(Path folder, Map<String, Path> found) {
        SimpleFileVisitor<Path> visitor = new SimpleFileVisitor<>() {
            private int seen;

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile() && attributes.size() <= MAX_BYTES) {
                    found.putIfAbsent(file.getFileName().toString(), file);
                }
                return ++seen < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
                return FileVisitResult.CONTINUE;
            }
        };
        try {
            Files.walkFileTree(folder, Set.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, visitor);
        } catch (IOException unreadable) {
            throw missing("PDF", unreadable.toString(), unreadable);
        }
    }
}
