package plugins.hostile;

/** Answers with bytes that are no UTF-8. */
public class AnswersWithBrokenText extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(
                Wire.RESULT, Wire.calls(context).getLast(), new byte[] {'"', (byte) 0xc0, (byte) 0x80, (byte) 0xff, '"'
                });
        hang();
        return null;
    }
}
