package io.dataprism.core.manifest;

import io.dataprism.core.permission.Permission;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What an operator should know before granting anything, in sentences: what is asked for, what is in the package, what its code does. */
final class Findings {

    private static final int NATIVE_FILES_SHOWN = 10;
    private static final int PERMISSIONS_USUAL = 20;
    private static final int JAR_MANIFEST_LIMIT_BYTES = 1 << 20;

    /** What starts code outside of the plugin's life, or opens what the JVM keeps closed; the sandbox heeds none of them. */
    private static final List<String> JAR_ATTRIBUTES =
            List.of("Premain-Class", "Agent-Class", "Launcher-Agent-Class", "Add-Opens", "Add-Exports");

    private Findings() {}

    static List<String> of(ZipFile zip, Manifest manifest) throws IOException {
        List<String> findings = new ArrayList<>();
        asked(manifest, findings);
        zip.stream()
                .map(entry -> entry.getName())
                .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
                .limit(NATIVE_FILES_SHOWN)
                .forEach(name -> findings.add("Holds native code: " + name + "."));
        if (zip.stream().anyMatch(entry -> entry.getName().startsWith("io/dataprism/plugin/"))) {
            findings.add("Holds a copy of the plugin API, which is ignored: the host's is used.");
        }
        jarManifest(zip, findings);
        findings.addAll(ClassScan.of(zip));
        return List.copyOf(findings);
    }

    private static void asked(Manifest manifest, List<String> findings) {
        for (Permission permission : manifest.permissions()) {
            String scope = permission.scope();
            if (scope.equals("*") && permission.resource() != Permission.Resource.UI) {
                findings.add("Asks for " + permission + ": no narrower than everything.");
            } else if (permission.resource() == Permission.Resource.CORE
                    && (scope.equals("plugin:*") || scope.equals("events:**") || scope.equals("events:*"))) {
                findings.add("Asks for " + permission + ": no narrower than all of them.");
            }
        }
        if (manifest.permissions().size() > PERMISSIONS_USUAL) {
            findings.add("Asks for " + manifest.permissions().size() + " permissions, which few will read.");
        }
    }

    private static void jarManifest(ZipFile zip, List<String> findings) throws IOException {
        ZipEntry entry = zip.getEntry(JarFile.MANIFEST_NAME);
        if (entry == null) {
            return;
        }
        byte[] bytes = PackageInspector.bytes(zip, entry, JAR_MANIFEST_LIMIT_BYTES);
        try {
            Attributes attributes = new java.util.jar.Manifest(new ByteArrayInputStream(bytes)).getMainAttributes();
            JAR_ATTRIBUTES.stream()
                    .filter(name -> attributes.getValue(name) != null)
                    .forEach(name -> findings.add("Says " + name + " in " + JarFile.MANIFEST_NAME
                            + ", which is ignored: a plugin has no agents and opens nothing."));
        } catch (IOException broken) {
            findings.add("Holds a " + JarFile.MANIFEST_NAME + " that cannot be read.");
        }
    }
}
