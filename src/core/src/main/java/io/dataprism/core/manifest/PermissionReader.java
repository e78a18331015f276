package io.dataprism.core.manifest;

import io.dataprism.core.permission.Permission;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one of the {@code permissions} of a manifest. */
final class PermissionReader {

    private static final int SCOPE_CHARACTERS = 256;
    private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cntrl}\\s]{1," + SCOPE_CHARACTERS + "}");
    private static final Pattern PLUGIN = Pattern.compile("plugin:[a-z0-9*-]{1,63}");
    private static final Pattern MOUNT = Pattern.compile("mount:[A-Za-z0-9._-]{1,63}");
    private static final Pattern NETWORK =
            Pattern.compile("(https?://)?([A-Za-z0-9.*_-]{1,253}|\\[[0-9A-Fa-f:*]+])(:[0-9*]{1,5})?");
    private static final Pattern TABLES = Pattern.compile("[a-z0-9_*]{1,63}");
    private static final Pattern TOPIC =
            Pattern.compile("(?:(?:[A-Za-z0-9_.-]+|\\*):){0,7}(?:[A-Za-z0-9_.-]+|\\*\\*?)");

    private PermissionReader() {}

    /** The permission, or empty where it has a problem, which is noted. */
    static Optional<Permission> read(ObjectReader reader) {
        Optional<Resource> resource = reader.choice("resource", Resource.class, null);
        Optional<Access> access = reader.choice("access", Access.class, null);
        String scope = reader.text("scope", "*");
        if (resource.isEmpty() || access.isEmpty()) {
            return Optional.empty();
        }
        String legal = legalScope(resource.get(), scope);
        if (!legal.isEmpty()) {
            reader.problem("scope", "'scope' of " + resource.get().label() + " must be " + legal + ".");
            return Optional.empty();
        }
        return Optional.of(new Permission(resource.get(), access.get(), scope));
    }

    /** Empty where the scope is legal, else what would be. */
    private static String legalScope(Resource resource, String scope) {
        boolean legal = scope.equals("*")
                || PRINTABLE.matcher(scope).matches()
                        && switch (resource) {
                            case DATA -> TABLES.matcher(scope).matches();
                            case NETWORK -> NETWORK.matcher(scope).matches();
                            case STORAGE ->
                                !scope.startsWith("mount:")
                                        || MOUNT.matcher(scope).matches();
                            case UI -> true;
                            case CORE -> legalCoreScope(scope);
                        };
        return legal
                ? ""
                : switch (resource) {
                    case DATA -> "a table name or pattern: lower-case letters, digits, _ and *";
                    case NETWORK -> "host[:port], also behind http:// or https://, with * for any run of characters";
                    case STORAGE -> "a key pattern of at most 256 characters, or mount:<name>";
                    case UI -> "at most 256 characters without blanks";
                    case CORE -> "one of metrics, config, llm, plugin:<name>, events:<topic pattern>";
                };
    }

    private static boolean legalCoreScope(String scope) {
        return switch (scope) {
            case "metrics", "config", "llm" -> true;
            default ->
                scope.startsWith("events:")
                        ? TOPIC.matcher(scope.substring("events:".length())).matches()
                        : PLUGIN.matcher(scope).matches();
        };
    }
}
