package plugins.hostile;

/** Takes its JVM down while its instance is made. */
public class DiesInItsConstructor extends IgnoresInterrupts {

    public DiesInItsConstructor() {
        Runtime.getRuntime().halt(11);
    }
}
