package plugins.hostile;

/** Keeps as many threads busy as it gets, and never answers. */
public class BurnsEveryThread extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int thread = 0; thread < 8; thread++) {
            Thread burner = new Thread(BurnsEveryThread::burn);
            burner.setDaemon(true);
            burner.start();
        }
        burn();
        return null;
    }

    private static void burn() {
        while (true) {
            Thread.onSpinWait();
        }
    }
}
