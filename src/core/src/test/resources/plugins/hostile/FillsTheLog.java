package plugins.hostile;

/** Logs and writes to standard error without end. */
public class FillsTheLog extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        for (int line = 0; line < 50_000; line++) {
            context.logger().info("line " + line);
            System.err.println("error line " + line + "x".repeat(200));
            System.out.print("no end of line ");
        }
        return "logged";
    }
}
