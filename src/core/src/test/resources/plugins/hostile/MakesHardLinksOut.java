package plugins.hostile;

import java.nio.file.*;

/** Makes hard links to what is outside, and outside to what is its own. */
public class MakesHardLinksOut extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path own = Files.writeString(context.directory().resolve("own"), "own");
        Attempts attempts = new Attempts();
        attempts.attempt(
                "linking in", () -> Files.createLink(context.directory().resolve("in"), target.treasure()));
        attempts.attempt(
                "linking its package",
                () -> Files.createLink(context.directory().resolve("jar"), target.jar()));
        attempts.attempt("linking out", () -> Files.createLink(target.outside().resolve("out"), own));
        long in = Kernel.text(context.directory().resolve("in").toString());
        attempts.call("linkat", -100, Kernel.text(target.treasure().toString()), -100, in, 0);
        return attempts.call(
                "renameat2",
                -100,
                Kernel.text(own.toString()),
                -100,
                Kernel.text(target.treasure().toString()),
                2);
    }
}
