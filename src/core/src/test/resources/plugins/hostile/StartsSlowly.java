package plugins.hostile;

/** Takes its time, before its instance is made. */
public class StartsSlowly extends IgnoresInterrupts {

    public StartsSlowly() {
        hang();
    }
}
