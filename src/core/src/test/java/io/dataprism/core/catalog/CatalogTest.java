package io.dataprism.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.PackageInspector;
import io.dataprism.core.permission.Grant;
import io.dataprism.core.permission.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogTest {

    /** An entry point, as far as bytes go. */
    public static class Entry {}

    @TempDir
    Path folder;

    private Catalog catalog;

    @BeforeEach
    void open() {
        catalog = Catalog.open(folder, "0.1.0");
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws IOException {
        Permission read = new Permission(Permission.Resource.DATA, Permission.Access.READ, "flights");
        catalog.register(
                jar(
                        "p-1",
                        "1.0.0",
                        ", \"permissions\": [{\"resource\":\"data\",\"access\":\"read\",\"scope\":\"flights\"}]"),
                true);
        catalog.change(
                "p-1",
                entry -> entry.withGranted(List.of(new Grant(read, true))).withConfiguration(Map.of("depth", 3)));
        catalog.wish("p-1", Wish.ACTIVE);

        CatalogEntry again = Catalog.open(folder, "0.1.0").get("p-1");

        assertThat(again).isEqualTo(catalog.get("p-1"));
        assertThat(again.wish()).isEqualTo(Wish.ACTIVE);
        assertThat(again.grants().pending()).isEmpty();
        assertThat(again.bundled()).isTrue();
    }

    @Test
    void theSameBytesAgainChangeNothingAndOtherBytesConflict() throws IOException {
        Path file = jar("p-1", "1.0.0", "");
        assertThat(catalog.register(file, false).created()).isTrue();
        assertThat(catalog.register(file, false).created()).isFalse();

        assertThat(failure(() -> catalog.register(jar("p-1", "1.0.0", ", \"description\": \"other\""), false))
                        .code())
                .isEqualTo(ErrorCode.VERSION_CONFLICT);
    }

    @Test
    void aNewerVersionIsCurrentOnlyWhereNothingRuns() throws IOException {
        catalog.register(jar("p-1", "1.9.0", ""), false);
        assertThat(catalog.register(jar("p-1", "1.10.0", ""), false).entry().version())
                .isEqualTo("1.10.0");
        catalog.wish("p-1", Wish.ACTIVE);
        assertThat(catalog.register(jar("p-1", "2.0.0", ""), false).entry().version())
                .isEqualTo("1.10.0");
        assertThat(catalog.wish("p-1", Wish.INACTIVE).version()).isEqualTo("2.0.0");
    }

    @Test
    void aCoreOutsideOfTheRangeIsRefusedAtRegistration() throws IOException {
        Path file = jar("p-1", "1.0.0", ", \"compatibility\": {\"minCoreVersion\": \"9.0.0\"}");
        assertThat(failure(() -> catalog.register(file, false)).code()).isEqualTo(ErrorCode.INCOMPATIBLE_CORE);
        assertThat(catalog.find("p-1")).isEmpty();
    }

    @Test
    void aBrokenEntryIsPutAsideAndTheRestIsRead() throws IOException {
        catalog.register(jar("good", "1.0.0", ""), false);
        catalog.register(jar("gone", "1.0.0", ", \"description\": \"x\""), false);
        Files.delete(catalog.packages().path(catalog.get("gone").current().digest()));
        Path broken = Files.writeString(folder.resolve("catalog/default/bad.json"), "{\"formatVersion\": 99}");

        Catalog again = Catalog.open(folder, "0.1.0");

        assertThat(again.all()).extracting(CatalogEntry::name).containsExactly("good");
        assertThat(broken).doesNotExist();
        assertThat(broken.resolveSibling("bad.json.broken")).exists();
    }

    @Test
    void dependenciesAreStartedFirst() throws IOException {
        catalog.register(jar("aa", "1.0.0", needs("bb", "^1.0.0", false)), false);
        catalog.register(jar("bb", "1.5.0", needs("cc", "*", true)), false);

        assertThat(catalog.startOrder("aa")).containsExactly("bb", "aa");
        assertThat(catalog.dependents("bb")).containsExactly("aa");
    }

    @Test
    void aMissingAMismatchedAndACircularDependencyNameTheWholePath() throws IOException {
        catalog.register(jar("aa", "1.0.0", needs("bb", "^1.0.0", false)), false);
        assertThat(failure(() -> catalog.startOrder("aa"))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.DEPENDENCY_MISSING);
            assertThat(failure.detail()).contains("aa -> bb@^1.0.0");
        });
        catalog.register(jar("bb", "2.0.0", ""), false);
        assertThat(failure(() -> catalog.startOrder("aa")).code()).isEqualTo(ErrorCode.DEPENDENCY_MISMATCH);
        catalog.register(jar("cc", "1.0.0", needs("dd", "*", false)), false);
        catalog.register(jar("dd", "1.0.0", needs("cc", "*", false)), false);
        assertThat(failure(() -> catalog.startOrder("cc"))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.DEPENDENCY_CYCLE);
            assertThat(failure.detail()).contains("cc -> dd -> cc");
        });
        catalog.unregister("cc");
        catalog.unregister("dd");
    }

    @Test
    void aPluginThatOthersNeedOrThatIsBundledStays() throws IOException {
        catalog.register(jar("aa", "1.0.0", needs("bb", "*", false)), false);
        catalog.register(jar("bb", "1.0.0", ""), false);
        catalog.register(jar("cc", "1.0.0", ""), true);

        assertThat(failure(() -> catalog.unregister("bb")).code()).isEqualTo(ErrorCode.HAS_DEPENDENTS);
        assertThat(failure(() -> catalog.unregister("cc")).code()).isEqualTo(ErrorCode.STATE_CONFLICT);
        Path packageFile = catalog.packages().path(catalog.get("aa").current().digest());
        catalog.unregister("aa");
        assertThat(packageFile).doesNotExist();
        assertThat(failure(() -> catalog.get("aa")).code()).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void aConfigurationIsSealedOnDiskForItsPluginAndThisNodeAlone() throws IOException {
        catalog.register(jar("aa", "1.0.0", ""), false);
        catalog.register(jar("bb", "1.0.0", ""), false);
        catalog.change("aa", entry -> entry.withConfiguration(Map.of("password", "hunter2")));
        catalog.change("bb", entry -> entry.withConfiguration(Map.of("password", "other")));
        Path file = folder.resolve("catalog/default/aa.json");
        Path key = folder.resolve("secrets.key");

        assertThat(file).content().contains("sealedConfiguration").doesNotContain("hunter2", "password");
        assertThat(Files.getPosixFilePermissions(key)).isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Catalog.open(folder, "0.1.0").get("aa").configuration()).isEqualTo(Map.of("password", "hunter2"));

        Path others = folder.resolve("catalog/default/bb.json");
        String sealed = Files.readString(others).replaceAll("(?s).*\"sealedConfiguration\" : \"([^\"]+)\".*", "$1");
        String own = Files.readString(file);
        Files.writeString(
                file, own.replaceAll("(\"sealedConfiguration\" : \")[^\"]+", "$1" + sealed.replace("$", "\\$")));
        assertThat(Catalog.open(folder, "0.1.0").find("aa")).isEmpty();

        Files.writeString(file, own);
        Files.delete(key);
        assertThat(Catalog.open(folder, "0.1.0").find("aa")).isEmpty();
    }

    @Test
    void aConfigurationOfAnOlderFileIsRead() throws IOException {
        catalog.register(jar("aa", "1.0.0", ""), false);
        Path file = folder.resolve("catalog/default/aa.json");
        Files.writeString(file, Files.readString(file).replaceFirst("\\{", "{\"configuration\": {\"depth\": 3},"));

        assertThat(Catalog.open(folder, "0.1.0").get("aa").configuration()).isEqualTo(Map.of("depth", 3));
    }

    @Test
    void aChosenVersionStaysUntilAnotherIsChosen() throws IOException {
        for (String version : List.of("1.0.0", "1.1.0", "1.2.0")) {
            catalog.register(jar("aa", version, ""), false);
        }
        catalog.change("aa", entry -> entry.choosing("1.0.0"));
        catalog.wish("aa", Wish.ACTIVE);
        catalog.wish("aa", Wish.INACTIVE);
        catalog.register(jar("aa", "1.3.0", ""), false);
        assertThat(catalog.get("aa").version()).isEqualTo("1.0.0");
        assertThat(catalog.get("aa").rollout().lastGood()).isEqualTo("1.2.0");
        assertThat(Catalog.open(folder, "0.1.0").get("aa")).isEqualTo(catalog.get("aa"));

        catalog.change("aa", entry -> entry.choosing("1.3.0"));
        catalog.register(jar("aa", "1.4.0", ""), false);
        assertThat(catalog.get("aa").version()).isEqualTo("1.4.0");

        catalog.drop("aa", "1.4.0");
        Path dropped = catalog.packages()
                .path(catalog.get("aa").versions().get("1.1.0").digest());
        catalog.drop("aa", "1.1.0");
        assertThat(catalog.get("aa").versions()).containsOnlyKeys("1.0.0", "1.2.0", "1.3.0", "1.4.0");
        assertThat(dropped).doesNotExist();
    }

    @Test
    void aVersionThatWaitsIsAskedForAndTakesOverWhereNothingRuns() throws IOException {
        String asks = ", \"permissions\": [{\"resource\":\"data\",\"access\":\"read\",\"scope\":\"flights\"}]";
        catalog.register(jar("aa", "1.0.0", ""), false);
        catalog.wish("aa", Wish.ACTIVE);
        catalog.register(jar("aa", "2.0.0", asks), false);
        catalog.change("aa", entry -> entry.withTarget("2.0.0"));

        assertThat(catalog.get("aa").grants().pending()).isEmpty();
        assertThat(catalog.get("aa").asked().pending()).hasSize(1);
        catalog.wish("aa", Wish.INACTIVE);
        assertThat(catalog.get("aa").version()).isEqualTo("2.0.0");
        assertThat(catalog.get("aa").rollout().target()).isNull();
    }

    @Test
    void anotherVersionMustFitWhatRunsAroundIt() throws IOException {
        catalog.register(jar("aa", "1.0.0", needs("bb", "^1.0.0", false)), false);
        catalog.register(jar("bb", "1.0.0", ""), false);
        catalog.wish("bb", Wish.ACTIVE);
        catalog.register(jar("bb", "2.0.0", ""), false);
        CatalogEntry next = catalog.get("bb").choosing("2.0.0");
        catalog.checkFits(next);

        catalog.wish("aa", Wish.ACTIVE);

        assertThat(failure(() -> catalog.checkFits(next))).satisfies(failure -> {
            assertThat(failure.code()).isEqualTo(ErrorCode.DEPENDENCY_MISMATCH);
            assertThat(failure.detail()).contains("aa -> bb@^1.0.0").contains("2.0.0");
        });
    }

    @Test
    void packagesWithFindingsAreRefusedWhereThePolicySaysSoUnlessTheyAreBundled() throws IOException {
        Catalog strict = Catalog.open(folder, "0.1.0", FindingsPolicy.REFUSE);
        String asks = ", \"permissions\": [{\"resource\":\"data\",\"access\":\"read\"}]";

        assertThat(failure(() -> strict.register(jar("aa", "1.0.0", asks), false)))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
                    assertThat(failure.violations()).hasSize(1);
                });
        assertThat(strict.find("aa")).isEmpty();
        assertThat(strict.register(jar("aa", "1.0.0", ""), false).created()).isTrue();
        assertThat(strict.register(jar("bb", "1.0.0", asks), true).created()).isTrue();
        assertThat(catalog.register(jar("cc", "1.0.0", asks), false).added().findings())
                .hasSize(1);
    }

    @Test
    void aMismatchNamesARegisteredVersionThatFits() throws IOException {
        catalog.register(jar("aa", "1.0.0", needs("bb", ">=1.2.0 <2.0.0", false)), false);
        for (String version : List.of("1.2.0", "1.3.1", "2.0.0")) {
            catalog.register(jar("bb", version, ""), false);
        }
        assertThat(failure(() -> catalog.startOrder("aa")).hint()).contains("/bb/deployment", "1.3.1");

        catalog.change("bb", entry -> entry.choosing("1.3.1"));

        assertThat(catalog.startOrder("aa")).containsExactly("bb", "aa");
        catalog.register(jar("cc", "1.0.0", needs("bb", "^3.0.0", true)), false);
        assertThat(catalog.startOrder("cc")).containsExactly("cc");
    }

    @Test
    void aPackageOfAnotherPluginIsNotTaken() throws IOException {
        Path file = jar("aa", "1.0.0", "");

        assertThat(failure(() -> catalog.register(file, false, "bb")).code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
        assertThat(catalog.find("aa")).isEmpty();
    }

    private static String needs(String name, String range, boolean optional) {
        return ", \"dependencies\": [{\"name\": \"%s\", \"version\": \"%s\", \"optional\": %s}]"
                .formatted(name, range, optional);
    }

    private static DataPrismException failure(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        return catchThrowableOfType(DataPrismException.class, call);
    }

    Path jar(String name, String version, String more) throws IOException {
        Path file = Files.createTempFile(folder, "upload", ".jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            String manifest = """
                    {"manifestVersion": 1, "name": "%s", "version": "%s", "category": "utility", "entryPoint": "%s"%s}""".formatted(name, version, Entry.class.getName(), more);
            put(zip, PackageInspector.MANIFEST, manifest.getBytes(StandardCharsets.UTF_8));
            String path = Entry.class.getName().replace('.', '/') + ".class";
            try (InputStream in = Entry.class.getClassLoader().getResourceAsStream(path)) {
                put(zip, path, in.readAllBytes());
            }
        }
        return file;
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }
}
