package plugins.hostile;

/** Says that it is confined, a second time. */
public class SaysHelloAgain extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Wire.send(Wire.HELLO, 0, "{\"open\":[]}");
        hang();
        return null;
    }
}
