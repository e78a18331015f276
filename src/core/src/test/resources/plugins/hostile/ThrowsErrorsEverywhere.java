package plugins.hostile;

/** Throws what is no exception, wherever it is called. */
public class ThrowsErrorsEverywhere extends Attack {

    @Override
    Object attack(Target target) {
        throw new ThreadDeath();
    }
}
