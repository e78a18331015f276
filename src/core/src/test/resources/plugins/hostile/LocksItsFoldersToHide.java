package plugins.hostile;

import java.nio.file.*;

/** Puts its files into folders that nobody may list. */
public class LocksItsFoldersToHide extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        Path folder = context.directory().resolve("closed");
        Kernel.call("mkdirat", -100, Kernel.text(folder.toString()), 0300);
        for (int file = 0; file < 16; file++) {
            Files.write(folder.resolve("file" + file), new byte[1 << 20]);
        }
        hang();
        return null;
    }
}
