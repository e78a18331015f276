package plugins.hostile;

/** Answers calls that have ended, and fails and ends them again. */
public class RepliesAfterTheEnd extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (long id = 2; id < Wire.calls(context).getLast(); id += 2) {
            Wire.send(Wire.RESULT, id, "1");
            Wire.send(7, id, "{}");
            Wire.send(Wire.END, id, 7);
            Wire.send(Wire.CANCEL, id, new byte[0]);
        }
        return "replied";
    }
}
