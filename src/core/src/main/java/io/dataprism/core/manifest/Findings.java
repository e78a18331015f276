package io.dataprism.core.manifest;

import io.dataprism.core.permission.Permission;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipFile;

/** What an operator should know before granting anything. */
final class Findings {

    private Findings() {}

    static List<String> of(ZipFile zip, Manifest manifest) {
        List<String> findings = new ArrayList<>();
        for (Permission permission : manifest.permissions()) {
            if (permission.scope().equals("*") && permission.resource() != Permission.Resource.UI) {
                findings.add("Asks for " + permission + ": no narrower than everything.");
            }
        }
        zip.stream()
                .map(entry -> entry.getName())
                .filter(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
                .limit(10)
                .forEach(name -> findings.add("Holds native code: " + name + "."));
        if (zip.stream().anyMatch(entry -> entry.getName().startsWith("io/dataprism/plugin/"))) {
            findings.add("Holds a copy of the plugin API, which is ignored: the host's is used.");
        }
        return List.copyOf(findings);
    }
}
