package io.dataprism.core.manifest;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What code may do that is worth an operator's look. The order is that of the findings. */
enum Danger {
    NATIVE_METHOD("Declares native methods, whose code no JVM checks"),
    NATIVE_LIBRARY("Loads native libraries, which the sandbox refuses"),
    FOREIGN_FUNCTION("Calls native code through the foreign-function API, which the sandbox refuses"),
    UNSAFE("Uses Unsafe, which goes past what the JVM checks"),
    OTHER_PROGRAM("Starts other programs, which the sandbox refuses"),
    AGENT("Uses agents or attaches to JVMs, which the sandbox refuses"),
    END_OF_PROCESS("Ends its process by itself, which counts as a crash"),
    DEEP_REFLECTION("Opens what other classes keep private"),
    NEW_CLASSES("Makes classes while it runs, which this look has not seen"),
    DESERIALIZATION("Reads serialized Java objects, which can be made to run code"),
    OWN_SOCKET("Opens network connections by itself, which the sandbox refuses: use the host's network service");

    private static final String ANY = "*";

    /** By class and member; {@value #ANY} for each member, and for the class itself. */
    private static final Map<String, Danger> BY_MEMBER = Map.ofEntries(
            Map.entry("java/lang/System.load", NATIVE_LIBRARY),
            Map.entry("java/lang/System.loadLibrary", NATIVE_LIBRARY),
            Map.entry("java/lang/Runtime.load", NATIVE_LIBRARY),
            Map.entry("java/lang/Runtime.loadLibrary", NATIVE_LIBRARY),
            Map.entry("java/lang/foreign/Linker.*", FOREIGN_FUNCTION),
            Map.entry("java/lang/foreign/SymbolLookup.*", FOREIGN_FUNCTION),
            Map.entry("java/lang/foreign/MemorySegment.reinterpret", FOREIGN_FUNCTION),
            Map.entry("sun/misc/Unsafe.*", UNSAFE),
            Map.entry("jdk/internal/misc/Unsafe.*", UNSAFE),
            Map.entry("java/lang/ProcessBuilder.*", OTHER_PROGRAM),
            Map.entry("java/lang/Runtime.exec", OTHER_PROGRAM),
            Map.entry("java/lang/System.exit", END_OF_PROCESS),
            Map.entry("java/lang/Runtime.exit", END_OF_PROCESS),
            Map.entry("java/lang/Runtime.halt", END_OF_PROCESS),
            Map.entry("java/lang/reflect/AccessibleObject.setAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/AccessibleObject.trySetAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Field.setAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Field.trySetAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Method.setAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Method.trySetAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Constructor.setAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/reflect/Constructor.trySetAccessible", DEEP_REFLECTION),
            Map.entry("java/lang/invoke/MethodHandles.privateLookupIn", DEEP_REFLECTION),
            Map.entry("java/lang/invoke/MethodHandles$Lookup.defineClass", NEW_CLASSES),
            Map.entry("java/lang/invoke/MethodHandles$Lookup.defineHiddenClass", NEW_CLASSES),
            Map.entry("java/lang/ClassLoader.defineClass", NEW_CLASSES),
            Map.entry("java/io/ObjectInputStream.readObject", DESERIALIZATION),
            Map.entry("java/io/ObjectInputStream.readUnshared", DESERIALIZATION),
            Map.entry("java/net/Socket.*", OWN_SOCKET),
            Map.entry("java/net/ServerSocket.*", OWN_SOCKET),
            Map.entry("java/net/DatagramSocket.*", OWN_SOCKET),
            Map.entry("java/net/http/HttpClient.*", OWN_SOCKET),
            Map.entry("java/nio/channels/SocketChannel.*", OWN_SOCKET),
            Map.entry("java/nio/channels/ServerSocketChannel.*", OWN_SOCKET),
            Map.entry("java/nio/channels/DatagramChannel.*", OWN_SOCKET),
            Map.entry("java/nio/channels/AsynchronousSocketChannel.*", OWN_SOCKET));

    private static final Map<String, Danger> BY_PACKAGE =
            Map.of("java/lang/instrument/", AGENT, "com/sun/tools/attach/", AGENT, "jdk/internal/", DEEP_REFLECTION);

    private final String sentence;

    Danger(String sentence) {
        this.sentence = sentence;
    }

    /** What it does, without the end of the sentence. */
    String sentence() {
        return sentence;
    }

    /** What it is to use a member of a class, both as class files write them; an empty member: the class alone. */
    static @Nullable Danger of(String owner, String member) {
        Danger found = member.isEmpty() ? null : BY_MEMBER.get(owner + "." + member);
        if (found == null) {
            found = BY_MEMBER.get(owner + "." + ANY);
        }
        if (found != null) {
            return found;
        }
        for (Map.Entry<String, Danger> each : BY_PACKAGE.entrySet()) {
            if (owner.startsWith(each.getKey())) {
                return each.getValue();
            }
        }
        return null;
    }
}
