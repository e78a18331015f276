package io.dataprism.sandbox.child;

import java.io.File;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.List;
import sun.misc.Unsafe;

/**
 * Sets from within what options of the command line set otherwise: {@code --enable-native-access} for this module alone,
 * {@code --illegal-native-access=deny} for everything else, {@code --add-opens java.base/java.nio} for Arrow, and
 * {@code --add-reads} for what lies on the class path. With any of these options JDK 25 builds its module graph anew at each
 * start and takes no linked class out of an ahead-of-time cache, which doubles what a start costs.
 *
 * <p>Whatever of it cannot be set is an error, and the child does not begin.
 */
final class ModuleRights {

    private static final String BOOTSTRAP = "jdk.internal.module.ModuleBootstrap";

    private static final String APPLICATION_LOADER = "jdk.internal.loader.ClassLoaders$AppClassLoader";
    private static final String CLASS_PATH = "java.class.path";

    private ModuleRights() {}

    /** Once, before anything else. */
    static void take() {
        Module own = ModuleRights.class.getModule();
        try {
            Unsafe unsafe = unsafe();
            Lookup everything = (Lookup) at(unsafe, Lookup.class.getDeclaredField("IMPL_LOOKUP"));
            everything
                    .findVirtual(Module.class, "implAddEnableNativeAccess", MethodType.methodType(Module.class))
                    .invoke(own);
            everything
                    .findVirtual(
                            Module.class, "implAddOpensToAllUnnamed", MethodType.methodType(void.class, String.class))
                    .invoke(Object.class.getModule(), "java.nio");
            denyToOthers(unsafe, everything);
        } catch (Throwable unknown) {
            throw new IllegalStateException("This JDK is not the one that children are made for.", unknown);
        }
        own.addReads(ClassLoader.getSystemClassLoader().getUnnamedModule());
    }

    /**
     * Puts the plugin's jar at the end of the class path: not before the host has said which plugin this is, and so not before
     * the canary has found everything refused. Where it is there already, since the child started from a cache of its classes, nothing.
     */
    static void append(String jar) {
        if (List.of(System.getProperty(CLASS_PATH).split(File.pathSeparator)).contains(jar)) {
            return;
        }
        try {
            ((Lookup) at(unsafe(), Lookup.class.getDeclaredField("IMPL_LOOKUP")))
                    .findVirtual(
                            Class.forName(APPLICATION_LOADER),
                            "appendToClassPathForInstrumentation",
                            MethodType.methodType(void.class, String.class))
                    .invoke(ClassLoader.getSystemClassLoader(), jar);
        } catch (Throwable unknown) {
            throw new IllegalStateException("This JDK is not the one that children are made for.", unknown);
        }
        System.setProperty(CLASS_PATH, System.getProperty(CLASS_PATH) + File.pathSeparator + jar);
    }

    /** A jar that is there already: appending it changes nothing. */
    static String firstOfClassPath() {
        return System.getProperty(CLASS_PATH).split(File.pathSeparator, 2)[0];
    }

    private static void denyToOthers(Unsafe unsafe, Lookup everything) throws Throwable {
        Class<?> policy = Class.forName(BOOTSTRAP + "$IllegalNativeAccess");
        Field setting = Class.forName(BOOTSTRAP).getDeclaredField("ILLEGAL_NATIVE_ACCESS");
        Object deny = everything.findStaticGetter(policy, "DENY", policy).invoke();
        unsafe.putObjectVolatile(unsafe.staticFieldBase(setting), unsafe.staticFieldOffset(setting), deny);
        Object now = everything
                .findStatic(Class.forName(BOOTSTRAP), "illegalNativeAccess", MethodType.methodType(policy))
                .invoke();
        if (now != deny) {
            throw new IllegalStateException("Native access is still " + now + " to others.");
        }
    }

    private static Unsafe unsafe() throws ReflectiveOperationException {
        Field only = Unsafe.class.getDeclaredField("theUnsafe");
        only.setAccessible(true);
        return (Unsafe) only.get(null);
    }

    private static Object at(Unsafe unsafe, Field constant) {
        return unsafe.getObject(unsafe.staticFieldBase(constant), unsafe.staticFieldOffset(constant));
    }
}
