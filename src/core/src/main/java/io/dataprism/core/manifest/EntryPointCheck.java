package io.dataprism.core.manifest;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.reflect.AccessFlag;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Checks that the entry point is a class that can be made, by its bytes alone: it is not loaded. */
final class EntryPointCheck {

    private static final int CLASS_LIMIT_BYTES = 4 << 20;
    private static final String CONSTRUCTOR = "<init>";
    private static final String NO_PARAMETERS = "()V";

    private EntryPointCheck() {}

    static void check(ZipFile zip, String entryPoint) throws IOException {
        String path = entryPoint.replace('.', '/') + ".class";
        ZipEntry entry = zip.getEntry(path);
        if (entry == null) {
            throw PackageInspector.invalid(
                    "The entry point '" + entryPoint + "' is not in the package: there is no " + path + ".",
                    "Put the class into the package, or correct `entryPoint`.",
                    null);
        }
        byte[] bytes = PackageInspector.bytes(zip, entry, CLASS_LIMIT_BYTES);
        ClassScan.requireRunnable(path, bytes);
        ClassModel model = parse(bytes, entryPoint, path);
        String found = model.thisClass().asInternalName().replace('/', '.');
        if (!found.equals(entryPoint)) {
            throw refused(entryPoint, "holds the class " + found);
        }
        if (model.flags().has(AccessFlag.ABSTRACT) || model.flags().has(AccessFlag.INTERFACE)) {
            throw refused(entryPoint, "is abstract and cannot be made");
        }
        boolean hasConstructor = model.methods().stream()
                .anyMatch(method -> method.methodName().equalsString(CONSTRUCTOR)
                        && method.methodType().equalsString(NO_PARAMETERS));
        if (!hasConstructor) {
            throw refused(entryPoint, "has no constructor without parameters");
        }
    }

    private static ClassModel parse(byte[] bytes, String entryPoint, String path) {
        try {
            ClassModel model = ClassFile.of().parse(bytes);
            model.methods().size();
            return model;
        } catch (IllegalArgumentException e) {
            throw PackageInspector.invalid(
                    "The entry point '" + entryPoint + "' is no class: " + path + " cannot be read as a class file.",
                    "Build the package again.",
                    e);
        }
    }

    private static RuntimeException refused(String entryPoint, String why) {
        return PackageInspector.invalid(
                "The entry point '" + entryPoint + "' " + why + ".",
                "The entry point must be a class with a public constructor without parameters, compiled for this JVM or an older one.",
                null);
    }
}
