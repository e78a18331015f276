package io.dataprism.core.manifest;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.reflect.AccessFlag;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads every class of a package for what a plugin seldom needs and an attacker does: native methods, the foreign-function
 * API, other programs, agents, deep reflection. No class is loaded, no code is run. The sandbox refuses most of it whatever a
 * scan has found, and a scan can be deceived by reflection: this is what an operator should know, not what protects.
 *
 * <p>A class is looked through by its constant pool, and only where that names something by its instructions too. Used by one
 * thread, for one package; the number of classes is bounded by that of entries.
 */
final class ClassScan {

    private static final int CLASS_LIMIT_BYTES = 4 << 20;
    private static final int PLACES_SHOWN = 3;
    private static final int MAJOR_VERSION_AT = 6;
    private static final int HEAD_BYTES = 8;
    private static final String CLASS_SUFFIX = ".class";

    /** Classes for newer JVMs lie here and are left alone by older ones. */
    private static final String VERSIONS = "META-INF/versions/";

    private final Map<Danger, Places> found = new EnumMap<>(Danger.class);

    private ClassScan() {}

    /** Where something was found: the first few places, and how many there are. */
    private static final class Places {

        private final List<String> first = new ArrayList<>();
        private int count;

        void add(String place) {
            count++;
            if (first.size() < PLACES_SHOWN) {
                first.add(place);
            }
        }

        @Override
        public String toString() {
            String shown = String.join(", ", first);
            return count > first.size() ? shown + " and " + (count - first.size()) + " more" : shown;
        }
    }

    /**
     * What was found, in sentences, each kind once.
     *
     * @throws io.dataprism.core.error.DataPrismException {@code PACKAGE_INVALID} where a class is for a newer JVM than this one
     */
    static List<String> of(ZipFile zip) throws IOException {
        ClassScan scan = new ClassScan();
        List<String> unreadable = new ArrayList<>();
        for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().<ZipEntry>map(each -> each)::iterator) {
            String name = entry.getName();
            if (name.endsWith(CLASS_SUFFIX) && !name.startsWith(VERSIONS)) {
                byte[] bytes = PackageInspector.bytes(zip, entry, CLASS_LIMIT_BYTES + 1);
                if (bytes.length > CLASS_LIMIT_BYTES || !scan.look(name, bytes)) {
                    unreadable.add(name);
                }
            }
        }
        List<String> sentences = new ArrayList<>();
        scan.found.forEach((danger, places) -> sentences.add(danger.sentence() + ": " + places + "."));
        if (!unreadable.isEmpty()) {
            sentences.add("Holds " + unreadable.size() + " classes that cannot be read, such as "
                    + unreadable.getFirst() + ".");
        }
        return sentences;
    }

    /** False: it is no class. */
    private boolean look(String path, byte[] bytes) {
        requireRunnable(path, bytes);
        try {
            ClassModel model = ClassFile.of().parse(bytes);
            Set<Danger> named = EnumSet.noneOf(Danger.class);
            for (PoolEntry entry : model.constantPool()) {
                Danger danger = of(entry);
                if (danger != null) {
                    named.add(danger);
                }
            }
            for (MethodModel method : model.methods()) {
                look(model, method, named);
            }
            String type = model.thisClass().asInternalName().replace('/', '.');
            named.forEach(danger -> add(danger, type)); // where no instruction tells more
            return true;
        } catch (IllegalArgumentException broken) {
            return false;
        }
    }

    /** What an instruction shows is no longer only named. */
    private void look(ClassModel model, MethodModel method, Set<Danger> named) {
        String place = model.thisClass().asInternalName().replace('/', '.') + "."
                + method.methodName().stringValue();
        if (method.flags().has(AccessFlag.NATIVE)) {
            add(Danger.NATIVE_METHOD, place);
        }
        if (named.isEmpty()) {
            return;
        }
        Set<Danger> here = EnumSet.noneOf(Danger.class);
        method.code()
                .ifPresent(code -> code.forEach(element -> {
                    Danger danger = of(element);
                    if (danger != null) {
                        here.add(danger);
                    }
                }));
        here.forEach(danger -> add(danger, place));
        named.removeAll(here);
    }

    private void add(Danger danger, String place) {
        found.computeIfAbsent(danger, first -> new Places()).add(place);
    }

    private static @Nullable Danger of(PoolEntry entry) {
        return switch (entry) {
            case MemberRefEntry member ->
                Danger.of(member.owner().asInternalName(), member.name().stringValue());
            case ClassEntry type -> Danger.of(type.asInternalName(), "");
            default -> null;
        };
    }

    private static @Nullable Danger of(CodeElement element) {
        return switch (element) {
            case InvokeInstruction call ->
                Danger.of(call.owner().asInternalName(), call.name().stringValue());
            case FieldInstruction field ->
                Danger.of(field.owner().asInternalName(), field.name().stringValue());
            case NewObjectInstruction made -> Danger.of(made.className().asInternalName(), "");
            case TypeCheckInstruction cast -> Danger.of(cast.type().asInternalName(), "");
            case ConstantInstruction.LoadConstantInstruction constant
            when constant.constantEntry() instanceof ClassEntry type -> Danger.of(type.asInternalName(), "");
            default -> null;
        };
    }

    /** By its first bytes: what is newer cannot be parsed. */
    static void requireRunnable(String path, byte[] bytes) {
        int newest = ClassFile.latestMajorVersion();
        boolean isClass = bytes.length >= HEAD_BYTES && ByteBuffer.wrap(bytes).getInt() == ClassFile.MAGIC_NUMBER;
        int version = isClass ? ByteBuffer.wrap(bytes).getChar(MAJOR_VERSION_AT) : 0;
        if (version > newest) {
            throw PackageInspector.invalid(
                    "The class " + path + " is compiled for class file version " + version + "; this JVM reads up to "
                            + newest + ".",
                    "Compile the plugin, and what it brings along, for this JVM or an older one.",
                    null);
        }
    }
}
