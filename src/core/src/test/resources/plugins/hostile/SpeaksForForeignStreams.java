package plugins.hostile;

/** Sends a batch for an exchange that nobody has opened. */
public class SpeaksForForeignStreams extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.BATCH, 999_998, new byte[100]);
        hang();
        return null;
    }
}
