package plugins.hostile;

/** Answers a call that the host has not made yet. */
public class RepliesToCallsToCome extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.RESULT, Wire.calls(context).getLast() + 2, "1");
        hang();
        return null;
    }
}
