package plugins.hostile;

/** Answers its call three times. */
public class RepliesTwice extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        long id = Wire.calls(context).getLast();
        Wire.send(Wire.RESULT, id, "1");
        Wire.send(Wire.RESULT, id, "2");
        return 3;
    }
}
