package plugins.hostile;

/** Starts threads that sleep, and catches the error where there are no more. */
public class StartsThreadsWithoutEnd extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int thread = 0; thread < 5000; thread++) {
            Thread sleeper = new Thread(Attack::hang);
            sleeper.setDaemon(true);
            sleeper.start();
        }
        return "5000 threads";
    }
}
