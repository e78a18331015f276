package plugins.hostile;

/** Begins a stream of batches with bytes that are no schema, for a call that has one answer. */
public class LiesAboutTheSchema extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.SCHEMA, Wire.calls(context).getLast(), new byte[1000]);
        hang();
        return null;
    }
}
