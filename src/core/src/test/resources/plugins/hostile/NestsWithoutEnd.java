package plugins.hostile;

/** Answers with JSON that is nested a hundred thousand times. */
public class NestsWithoutEnd extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.RESULT, Wire.calls(context).getLast(), "[".repeat(100_000));
        hang();
        return null;
    }
}
