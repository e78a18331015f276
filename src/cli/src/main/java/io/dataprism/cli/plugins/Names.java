package io.dataprism.cli.plugins;

import io.dataprism.cli.CannotBegin;

/** What plugins can be called. */
final class Names {

    private static final String LEGAL = "[a-z][a-z0-9-]{1,62}";

    private Names() {}

    /** The name, if it can be one. */
    static String checked(String name) throws CannotBegin {
        if (!name.matches(LEGAL)) {
            throw new CannotBegin(
                    "'" + name.replaceAll("\\p{Cntrl}", "?")
                            + "' cannot be a plugin's name: 2 to 63 lower-case letters, digits and -, beginning with a letter.");
        }
        return name;
    }
}
