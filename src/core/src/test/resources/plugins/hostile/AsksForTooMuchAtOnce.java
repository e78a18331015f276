package plugins.hostile;

/** Has more requests under way than a child may. */
public class AsksForTooMuchAtOnce extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (long id = 1001; id < 3001; id += 2) {
            Wire.send(Wire.CALL, id, "{\"method\":\"messages\"}");
        }
        hang();
        return null;
    }
}
