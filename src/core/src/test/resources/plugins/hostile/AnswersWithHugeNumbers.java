package plugins.hostile;

/** Answers with numbers that take a machine to write out. */
public class AnswersWithHugeNumbers extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.RESULT, Wire.calls(context).getLast(), "[1e999999999, -1e-999999999, 1E+2147483647]");
        return null;
    }
}
