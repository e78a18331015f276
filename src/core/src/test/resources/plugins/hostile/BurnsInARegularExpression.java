package plugins.hostile;

import java.util.regex.*;

/** Matches what takes longer than the universe. */
public class BurnsInARegularExpression extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return Pattern.compile("(x+x+)+\\1y").matcher("x".repeat(64)).matches();
    }
}
