import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Lays out the root of an image that needs no base image: the JDK that runs this, the machine's C library and what else the JDK and DuckDB load
 * of it, and fonts where there are some. Everything is a link to where it lies, so that it costs nothing until an image is built. A
 * program in one file, which the build runs: {@code java ImageRoot.java ROOT DISTRIBUTION}.
 */
public final class ImageRoot {

    private static final Path JDK = Path.of(System.getProperty("java.home")).toAbsolutePath();
    private static final Pattern LIBRARY = Pattern.compile("(?:\\s|^)(/[^ ]+) \\(0x");

    /** Of the JDK's files, those that a node never reads. */
    private static final Pattern LEFT_OUT = Pattern.compile(
            "(jmods|include|man|demo|sample)/.*|lib/src\\.zip|lib/ct\\.sym|lib/lib(awt_xawt|jawt|jsound|splashscreen)\\.so|bin/(?!java$|jcmd$|jfr$).*");

    private final Path root;

    private ImageRoot(Path root) {
        this.root = root;
    }

    public static void main(String[] arguments) throws IOException {
        if (!System.getProperty("os.name").equals("Linux")) {
            System.out.println("This machine is no Linux: images of this build need a base image.");
            return;
        }
        ImageRoot image = new ImageRoot(Path.of(arguments[0]).toAbsolutePath());
        if (image.isDone()) {
            return;
        }
        image.clear();
        image.folders();
        image.libraries(Path.of(arguments[1]));
        image.fonts();
        image.jdk(); // at last: it says that all is there
    }

    /** Whether it was laid out with this JDK. */
    private boolean isDone() throws IOException {
        Path java = root.resolve("opt/java/bin/java");
        return Files.isSymbolicLink(java)
                && Files.readSymbolicLink(java).equals(JDK.resolve("bin/java").toRealPath());
    }

    private void clear() throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void folders() throws IOException {
        for (String folder :
                List.of("dev", "etc", "lib", "lib64", "proc", "sys", "tmp", "usr/lib", "var/lib/dataprism")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/:/none\ndataprism:x:65532:65532:dataprism:/var/lib/dataprism:/none\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\ndataprism:x:65532:\n");
        Files.writeString(root.resolve("etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
    }

    private void jdk() throws IOException {
        for (Path file : files(JDK)) {
            String name = JDK.relativize(file).toString();
            if (!LEFT_OUT.matcher(name).matches()) {
                link(root.resolve("opt/java").resolve(name), file);
            }
        }
    }

    /** What the loader says that is needed, and that it says lies outside of the JDK. */
    private void libraries(Path distribution) throws IOException {
        List<Path> programs = new ArrayList<>(List.of(JDK.resolve("bin/java"), JDK.resolve("lib/jspawnhelper")));
        for (Path folder : List.of(JDK.resolve("lib"), distribution.resolve("lib"))) {
            files(folder).stream()
                    .filter(file -> file.getFileName().toString().matches(".*\\.so(_linux_.*)?"))
                    .filter(file ->
                            !LEFT_OUT.matcher("lib/" + file.getFileName()).matches())
                    .forEach(programs::add);
        }
        Set<Path> needed = new TreeSet<>();
        for (Path program : programs) {
            needed.addAll(needs(program));
        }
        Path libraries = needed.stream()
                .filter(file -> file.getFileName().toString().startsWith("libc.so"))
                .map(Path::getParent)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("No C library was found: ldd is needed."));
        // loaded by name, and not said to be needed: names of hosts, and fonts
        for (String name : List.of("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2", "libfontconfig.so.1")) {
            Path file = libraries.resolve(name);
            if (Files.exists(file)) {
                needed.add(file);
                needed.addAll(needs(file));
            }
        }
        for (Path file : needed) {
            if (!file.startsWith(JDK)) {
                link(root.resolve(file.toString().substring(1)), file.toRealPath());
            }
        }
    }

    private static Set<Path> needs(Path program) throws IOException {
        Process process = new ProcessBuilder("ldd", program.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes());
        Set<Path> found = new TreeSet<>();
        Matcher matcher = LIBRARY.matcher(said);
        while (matcher.find()) {
            found.add(Path.of(matcher.group(1)));
        }
        return found;
    }

    private void fonts() throws IOException {
        for (String folder : List.of("/usr/share/fonts/truetype/dejavu", "/etc/fonts", "/usr/share/fontconfig")) {
            if (Files.isDirectory(Path.of(folder))) {
                for (Path file : files(Path.of(folder))) {
                    link(root.resolve(file.toString().substring(1)), file);
                }
            }
        }
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> entries = Files.walk(folder)) {
            return entries.filter(Files::isRegularFile).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path link, Path file) throws IOException {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, file.toRealPath());
    }
}
