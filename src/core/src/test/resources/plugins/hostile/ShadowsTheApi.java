package plugins.hostile;

import io.dataprism.plugin.*;
import java.util.*;
import reactor.core.publisher.*;

/** Brings classes named like those of the API, of the sandbox and of the JDK, and looks which of them are used. */
public class ShadowsTheApi extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        List<String> through = new ArrayList<>();
        for (String name : List.of(
                "io.dataprism.plugin.PluginException",
                "io.dataprism.sandbox.child.ChildMain",
                "reactor.core.publisher.Mono")) {
            Object source = Class.forName(name).getProtectionDomain().getCodeSource();
            if (String.valueOf(source).contains(target.jar().getFileName().toString())) {
                through.add(name);
            }
        }
        try {
            Class.forName("java.lang.Shadow");
            through.add("java.lang.Shadow");
        } catch (ClassNotFoundException | LinkageError | SecurityException refused) {
            // as it must be
        }
        return through;
    }
}
