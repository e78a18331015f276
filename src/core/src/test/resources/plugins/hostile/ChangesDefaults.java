package plugins.hostile;

import java.io.*;
import java.util.*;

/** Changes the locale, the time zone, the properties, the streams and the handlers of its JVM. */
public class ChangesDefaults extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Locale.setDefault(Locale.forLanguageTag("tr-TR"));
        TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
        System.setOut(new PrintStream(java.io.OutputStream.nullOutputStream()));
        System.setErr(System.out);
        System.setProperty("java.io.tmpdir", "/etc");
        System.setProperty("line.separator", "X");
        System.getProperties().clear();
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> Runtime.getRuntime().halt(1));
        reactor.core.publisher.Hooks.onOperatorDebug();
        Thread.currentThread().setName("main");
        Thread.currentThread().interrupt();
        return "changed";
    }
}
