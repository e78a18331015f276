package plugins.hostile;

/** Takes its JVM down while its class is loaded. */
public class DiesInItsInitialiser extends IgnoresInterrupts {

    static {
        Runtime.getRuntime().halt(11);
    }
}
