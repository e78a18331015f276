package plugins.hostile;

import java.io.*;

/** Makes itself an agent of its own JVM. */
public class LoadsAnAgent extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return new Attempts().attempt("an agent", () -> {
            try {
                Class<?> instrument = Class.forName("sun.instrument.InstrumentationImpl");
                Kernel.TRUSTED
                        .findStatic(
                                instrument,
                                "loadAgent",
                                java.lang.invoke.MethodType.methodType(void.class, String.class))
                        .invoke(target.jar().toString());
            } catch (IOException refused) {
                throw refused;
            } catch (Throwable refused) {
                throw new IOException(refused);
            }
        });
    }
}
