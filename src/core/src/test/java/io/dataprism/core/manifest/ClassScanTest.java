package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectInputStream;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Field;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One small class for each danger; none of them is ever loaded by what is tested. */
class ClassScanTest {

    private static final int MAJOR_VERSION_AT = 7;

    @TempDir
    Path folder;

    static final class DeclaresNative {
        native void strike();
    }

    static final class LoadsLibrary {
        void strike() {
            System.loadLibrary("x");
        }
    }

    static final class CallsForeign {
        Object strike() {
            return Linker.nativeLinker();
        }
    }

    static final class UsesUnsafe {
        Class<?> strike() {
            return sun.misc.Unsafe.class;
        }
    }

    static final class StartsProgram {
        void strike() throws IOException {
            Runtime.getRuntime().exec(new String[] {"id"});
        }
    }

    static final class BuildsProcess {
        Object strike() {
            return new ProcessBuilder("id");
        }
    }

    static final class IsAgent {
        static void premain(String arguments, java.lang.instrument.Instrumentation instrumentation) {
            instrumentation.getAllLoadedClasses();
        }
    }

    static final class Exits {
        void strike() {
            System.exit(1);
        }
    }

    static final class Halts {
        Runnable strike() {
            return () -> Runtime.getRuntime().halt(1);
        }
    }

    static final class Opens {
        void strike(Field field) {
            field.setAccessible(true);
        }
    }

    static final class LooksPrivately {
        Object strike() throws IllegalAccessException {
            return MethodHandles.privateLookupIn(String.class, MethodHandles.lookup());
        }
    }

    static final class Defines {
        Object strike(byte[] bytes) throws IllegalAccessException {
            return MethodHandles.lookup().defineClass(bytes);
        }
    }

    static final class Deserializes {
        Object strike(byte[] bytes) throws Exception {
            return new ObjectInputStream(new ByteArrayInputStream(bytes)).readObject();
        }
    }

    static final class Connects {
        Object strike() throws IOException {
            return new Socket("localhost", 1);
        }
    }

    /** Reads the time and answers a text. */
    static final class Harmless {
        String strike() {
            return "x" + System.nanoTime() + List.of(1, 2).hashCode();
        }
    }

    record Case(Class<?> type, Danger danger, String method) {}

    static List<Case> cases() {
        return List.of(
                new Case(DeclaresNative.class, Danger.NATIVE_METHOD, "strike"),
                new Case(LoadsLibrary.class, Danger.NATIVE_LIBRARY, "strike"),
                new Case(CallsForeign.class, Danger.FOREIGN_FUNCTION, "strike"),
                new Case(UsesUnsafe.class, Danger.UNSAFE, "strike"),
                new Case(StartsProgram.class, Danger.OTHER_PROGRAM, "strike"),
                new Case(BuildsProcess.class, Danger.OTHER_PROGRAM, "strike"),
                new Case(IsAgent.class, Danger.AGENT, "premain"),
                new Case(Exits.class, Danger.END_OF_PROCESS, "strike"),
                new Case(Halts.class, Danger.END_OF_PROCESS, "lambda$strike$0"),
                new Case(Opens.class, Danger.DEEP_REFLECTION, "strike"),
                new Case(LooksPrivately.class, Danger.DEEP_REFLECTION, "strike"),
                new Case(Defines.class, Danger.NEW_CLASSES, "strike"),
                new Case(Deserializes.class, Danger.DESERIALIZATION, "strike"),
                new Case(Connects.class, Danger.OWN_SOCKET, "strike"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void eachDangerIsFoundWithItsClassAndMethod(Case each) throws IOException {
        assertThat(scan(bytes(each.type())))
                .containsExactly(each.danger().sentence() + ": " + each.type().getName() + "." + each.method() + ".");
    }

    @Test
    void anOrdinaryClassHasNoFindings() throws IOException {
        assertThat(scan(bytes(Harmless.class))).isEmpty();
    }

    @Test
    void aKindIsToldOnceHoweverOftenItIsThere() throws IOException {
        byte[] exits = bytes(Exits.class);
        assertThat(scan(exits, exits, exits, exits, exits))
                .singleElement()
                .asString()
                .endsWith(" and 2 more.");
    }

    @Test
    void whatIsNoClassIsToldAndAClassOfANewerJdkIsRefused() throws IOException {
        assertThat(scan(new byte[] {1, 2, 3}))
                .containsExactly("Holds 1 classes that cannot be read, such as c0.class.");
        byte[] newer = bytes(Harmless.class);
        newer[MAJOR_VERSION_AT] = (byte) 99;
        assertThatThrownBy(() -> scan(newer)).isInstanceOfSatisfying(DataPrismException.class, refused -> {
            assertThat(refused.code()).isEqualTo(ErrorCode.PACKAGE_INVALID);
            assertThat(refused.detail()).contains("c0.class").contains("99");
        });
    }

    private List<String> scan(byte[]... classes) throws IOException {
        Path file = folder.resolve("x.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < classes.length; i++) {
                zip.putNextEntry(new ZipEntry("c" + i + ".class"));
                zip.write(classes[i]);
                zip.closeEntry();
            }
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            return ClassScan.of(zip);
        }
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        try (InputStream in = type.getResourceAsStream(
                type.getName().substring(type.getPackageName().length() + 1) + ".class")) {
            return in.readAllBytes();
        }
    }
}
