package plugins.hostile;

/** Gives memory back that nobody has placed anything in. */
public class GivesBackForeignPlaces extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.FREED, 0, 65_536);
        hang();
        return null;
    }
}
