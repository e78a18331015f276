package io.dataprism.cli.plugins;

import io.dataprism.cli.CannotBegin;

/** Where a plugin is in the contract. */
final class Names {

    private static final String LEGAL = "[a-z][a-z0-9-]{1,62}";

    private Names() {}

    /** The path of a plugin, or of a part of it such as {@code /grants}. */
    static String path(String name, String part) throws CannotBegin {
        return "/v1/plugins/" + checked(name) + part;
    }

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
