package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageInspectorTest {

    /** An entry point, as far as bytes go. */
    public static class Entry {}

    abstract static class Abstract {}

    static final class Demanding {
        Demanding(int number) {
            assert number >= 0;
        }
    }

    @TempDir
    Path folder;

    @Test
    void aSoundPackageIsReadWithItsDigest() throws IOException {
        Path file = jar(Entry.class, zip -> {});

        PluginPackage found = PackageInspector.inspect(file);

        assertThat(found.manifest().name()).isEqualTo("p-1");
        assertThat(found.digest()).matches("[0-9a-f]{64}");
        assertThat(found.findings()).isEmpty();
    }

    @Test
    void whatAnOperatorShouldKnowBeforeAGrantIsFound() throws IOException {
        Path file = jar(Entry.class, zip -> {
            put(zip, "native/linux/libfast.so", new byte[1]);
            put(zip, "io/dataprism/plugin/Plugin.class", new byte[1]);
            put(zip, "META-INF/MANIFEST.MF", """
                    Manifest-Version: 1.0
                    Launcher-Agent-Class: com.acme.Agent
                    Add-Opens: java.base/java.lang

                    """.getBytes(StandardCharsets.UTF_8));
        });

        assertThat(PackageInspector.inspect(file).findings())
                .anySatisfy(finding -> assertThat(finding).contains("native code", "native/linux/libfast.so"))
                .anySatisfy(finding -> assertThat(finding).contains("copy of the plugin API"))
                .anySatisfy(finding -> assertThat(finding).contains("Launcher-Agent-Class"))
                .anySatisfy(finding -> assertThat(finding).contains("Add-Opens"));
    }

    @Test
    void permissionsWithoutBoundsAreFoundAndNarrowOnesAreNot() throws IOException {
        String asks = """
                "permissions": [{"resource": "data", "access": "read", "scope": "*"},
                                {"resource": "core", "access": "write", "scope": "events:**"},
                                {"resource": "data", "access": "read", "scope": "flights"}], "entryPoint\"""";
        byte[] wide = new String(manifest(Entry.class.getName()), StandardCharsets.UTF_8)
                .replace("\"entryPoint\"", asks)
                .getBytes(StandardCharsets.UTF_8);

        assertThat(PackageInspector.inspect(jar(Entry.class, wide, zip -> {})).findings())
                .hasSize(2)
                .anySatisfy(finding -> assertThat(finding).contains("data read '*'", "no narrower than everything"))
                .anySatisfy(finding -> assertThat(finding).contains("events:**", "no narrower than all of them"));
    }

    @Test
    void aJarManifestThatCannotBeReadIsFound() throws IOException {
        Path file = jar(
                Entry.class,
                zip -> put(zip, "META-INF/MANIFEST.MF", "no colon in this line\n".getBytes(StandardCharsets.UTF_8)));
        assertThat(PackageInspector.inspect(file).findings())
                .singleElement()
                .asString()
                .contains("META-INF/MANIFEST.MF", "cannot be read");
    }

    @Test
    void whatIsNoZipIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("x.jar"), "not a zip");
        assertThat(failure(file).code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
    }

    @Test
    void aPackageWithoutManifestIsRefused() throws IOException {
        Path file = zip(zip -> put(zip, "a.txt", new byte[1]));
        assertThat(failure(file).detail()).contains(PackageInspector.MANIFEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "/etc/passwd", "a\\b", "C:/x", ".."})
    void anEntryThatLeadsOutIsRefused(String name) throws IOException {
        DataPrismException failure = failure(jar(Entry.class, zip -> put(zip, name, new byte[1])));

        assertThat(failure.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(failure.detail()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "META-INF/services/java.lang.System$LoggerFinder",
                "META-INF/services/javax.xml.parsers.SAXParserFactory",
                "META-INF/versions/9/META-INF/services/jdk.x.Y",
                "META-INF/services/sun.x.Y"
            })
    void aServiceFileForTheJdkIsRefused(String name) throws IOException {
        assertThat(failure(jar(Entry.class, zip -> put(zip, name, new byte[1]))).detail())
                .contains(name);
    }

    @Test
    void aServiceFileForALibraryIsAccepted() throws IOException {
        assertThat(PackageInspector.inspect(
                        jar(Entry.class, zip -> put(zip, "META-INF/services/org.slf4j.spi.X", new byte[1]))))
                .isNotNull();
    }

    @Test
    void aDuplicateEntryIsRefused() throws IOException {
        Path file = jar(Entry.class, zip -> {
            put(zip, "aaaa1", new byte[1]);
            put(zip, "aaaa2", new byte[1]);
        });
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).replace("aaaa2", "aaaa1");
        Files.write(file, bytes.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(failure(file).detail()).contains("aaaa1").contains("twice");
    }

    @Test
    @Tag("longer")
    void aHundredThousandEntriesAreRefused() throws IOException {
        Path file = jar(Entry.class, zip -> {
            for (int entry = 0; entry < 100_000; entry++) {
                put(zip, "e" + entry, new byte[0]);
            }
        });

        assertThat(failure(file).detail()).contains("100002 entries");
    }

    @Test
    void aSecondManifestIsRefused() throws IOException {
        String second = PackageInspector.MANIFEST.replace("plugin.json", "plugin.jsom");
        Path file = jar(Entry.class, zip -> put(zip, second, manifest(Entry.class.getName())));
        String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                .replace(second, PackageInspector.MANIFEST);
        Files.write(file, bytes.getBytes(StandardCharsets.ISO_8859_1));

        assertThat(failure(file).detail()).contains(PackageInspector.MANIFEST).contains("twice");
    }

    @Test
    void aPackageCutShortIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(jar(Entry.class, zip -> put(zip, "a.txt", new byte[1000])));
        for (int length = 0; length < whole.length; length += 211) {
            Path file = Files.write(folder.resolve("cut.jar"), java.util.Arrays.copyOf(whole, length));
            assertThat(failure(file).code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        }
    }

    @Test
    void aBombIsRefusedBeforeItIsUnpacked() throws IOException {
        Path file = jar(Entry.class, zip -> {
            for (int part = 0; part < 40; part++) {
                put(zip, "part" + part, new byte[1 << 20]);
            }
        });

        assertThat(failure(file).detail()).contains("unpacks to more than");
    }

    @Test
    void aMissingEntryPointIsNamed() throws IOException {
        Path file = zip(zip -> put(zip, PackageInspector.MANIFEST, manifest("com.acme.Gone")));

        DataPrismException failure = failure(file);

        assertThat(failure.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(failure.detail()).contains("com.acme.Gone");
    }

    @Test
    void anEntryPointThatIsNoClassIsNamed() throws IOException {
        Path file = zip(zip -> {
            put(zip, PackageInspector.MANIFEST, manifest("com.acme.Text"));
            put(zip, "com/acme/Text.class", "hello".getBytes(StandardCharsets.UTF_8));
        });
        assertThat(failure(file).detail()).contains("com.acme.Text").contains("no class");
    }

    @ParameterizedTest
    @ValueSource(classes = {Abstract.class, Demanding.class})
    void anEntryPointThatCannotBeMadeIsRefused(Class<?> type) throws IOException {
        assertThat(failure(jar(type, zip -> {})).code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
    }

    private static DataPrismException failure(Path file) {
        return catchThrowableOfType(DataPrismException.class, () -> PackageInspector.inspect(file));
    }

    private Path jar(Class<?> entryPoint, Content more) throws IOException {
        return jar(entryPoint, manifest(entryPoint.getName()), more);
    }

    private Path jar(Class<?> entryPoint, byte[] manifest, Content more) throws IOException {
        return zip(zip -> {
            put(zip, PackageInspector.MANIFEST, manifest);
            String path = entryPoint.getName().replace('.', '/') + ".class";
            try (InputStream in = entryPoint.getClassLoader().getResourceAsStream(path)) {
                put(zip, path, in.readAllBytes());
            }
            more.write(zip);
        });
    }

    private Path zip(Content content) throws IOException {
        Path file = Files.createTempFile(folder, "package", ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            content.write(zip);
        }
        return file;
    }

    private static byte[] manifest(String entryPoint) {
        return """
               {"manifestVersion": 1, "name": "p-1", "version": "1.0.0", "category": "utility", "entryPoint": "%s"}""".formatted(entryPoint).getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
        zip.closeEntry();
    }

    private interface Content {
        void write(ZipOutputStream zip) throws IOException;
    }
}
