package io.dataprism.cli.project;

import io.dataprism.cli.CannotBegin;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this command's own distribution is: {@code lib/}, {@code sandbox/}, and {@code repository/} for plugin authors. */
record Distribution(Path home) {

    static Distribution ofThisProcess() throws CannotBegin {
        String home = System.getProperty("dataprism.home", "");
        if (home.isEmpty() || !Files.isDirectory(Path.of(home, "repository"))) {
            throw new CannotBegin("the distribution is not found at '" + home
                    + "': run this command as './dataprism', which builds it and says where it is.");
        }
        return new Distribution(Path.of(home).toAbsolutePath().normalize());
    }

    /** The Maven repository, as Maven takes it. */
    String repository() {
        return home.resolve("repository").toUri().toString();
    }
}
