package plugins.hostile;

import java.io.*;

/** Makes a file of a terabyte that holds nothing, and asks for its blocks. */
public class WritesSparseFiles extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Attempts attempts = new Attempts();
        try (RandomAccessFile file =
                new RandomAccessFile(context.directory().resolve("sparse").toFile(), "rw")) {
            attempts.attempt("a terabyte", () -> file.setLength(1L << 40));
            attempts.attempt("at its end", () -> {
                file.seek(1L << 40);
                file.write(1);
            });
        }
        long opened = Kernel.open(context.directory().resolve("sparse"), 2);
        long blocks = Kernel.call("fallocate", opened, 0, 0, 1L << 40);
        return attempts.answered("fallocate", blocks == -27 ? -1 : blocks);
    }
}
