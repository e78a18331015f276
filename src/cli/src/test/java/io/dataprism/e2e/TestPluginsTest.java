package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TestPluginsTest {

    @ParameterizedTest
    @EnumSource
    void everyPluginCompilesIntoAPackage(TestPlugins plugin) throws IOException {
        assertThat(names(plugin.jar())).anyMatch(name -> name.matches("com/acme/\\w+\\.class"));
    }

    @Test
    void thePackagesThatShallBeBadAreBad() throws IOException {
        assertThat(names(TestPlugins.NO_MANIFEST.jar())).noneMatch(name -> name.endsWith("plugin.json"));
        assertThat(names(TestPlugins.PATH_TRAVERSAL.jar())).contains("../../escaped.txt");
        assertThat(TestPlugins.TEN_POINTERS).hasSize(10).doesNotHaveDuplicates();
        assertThat(names(TestPlugins.MISSING_ENTRY_POINT.jar())).noneMatch(name -> name.contains("NotThere"));
    }

    private static List<String> names(byte[] jar) throws IOException {
        List<String> names = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                names.add(entry.getName());
            }
        }
        return names;
    }
}
