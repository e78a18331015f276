package plugins.hostile;

import java.lang.ref.*;

/** Hands the JVM's own threads work that never ends, and answers. */
public class BurnsInACleaner extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Object[] victim = {new Object(), new Finalized()};
        Cleaner.create().register(victim[0], BurnsInACleaner::burn);
        Runtime.getRuntime().addShutdownHook(new Thread(BurnsInACleaner::burn));
        victim = null;
        for (int round = 0; round < 5; round++) {
            System.gc();
        }
        return "burning";
    }

    private static void burn() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    private static class Finalized {

        @Override
        @SuppressWarnings("removal")
        protected void finalize() {
            burn();
        }
    }
}
