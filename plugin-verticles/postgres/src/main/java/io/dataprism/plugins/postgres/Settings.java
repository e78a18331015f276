package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the server is and how it is entered; the manifest's schema has checked the values.
 *
 * @param rootCertificate in PEM; null: what the JDK trusts
 * @param connections open at once, at most
 * @param fetchRows asked of the server at a time, at most
 */
record Settings(
        String host,
        int port,
        String database,
        String user,
        String password,
        SslMode sslMode,
        @Nullable String rootCertificate,
        int connections,
        int fetchRows,
        Duration connectTimeout,
        Duration statementTimeout) {

    /** How much of TLS is asked for. There is no mode that falls back to plain text. */
    enum SslMode {
        DISABLE("disable"),
        REQUIRE("require"),
        VERIFY_CA("verify-ca"),
        VERIFY_FULL("verify-full");

        private final String label;

        SslMode(String label) {
            this.label = label;
        }

        /** As in the settings, and to the driver. */
        String label() {
            return label;
        }

        static SslMode of(String label) {
            for (SslMode mode : values()) {
                if (mode.label.equals(label)) {
                    return mode;
                }
            }
            throw missing("sslMode", "one of disable, require, verify-ca and verify-full");
        }
    }

    /** @throws PluginException {@code REQUEST_INVALID} where something is missing */
    static Settings of(Map<String, @Nullable Object> values) {
        return new Settings(
                text(values, "host", "localhost"),
                number(values, "port", 5432),
                required(values, "database"),
                required(values, "user"),
                text(values, "password", ""),
                SslMode.of(text(values, "sslMode", SslMode.VERIFY_FULL.label())),
                values.get("rootCertificate") instanceof String pem ? pem : null,
                number(values, "maxConnections", 2),
                number(values, "fetchRows", 1_000),
                Duration.ofSeconds(number(values, "connectTimeoutSeconds", 10)),
                Duration.ofSeconds(number(values, "statementTimeoutSeconds", 300)));
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + "@" + host + ":" + port + "/" + database;
    }

    /** What tells that table from every other: the server, its database, and the table's name. */
    String source(TableName table) {
        return host + ":" + port + "/" + database + " " + table.quoted();
    }

    private static String required(Map<String, @Nullable Object> values, String name) {
        if (values.get(name) instanceof String text && !text.isEmpty()) {
            return text;
        }
        throw missing(name, "set");
    }

    private static String text(Map<String, @Nullable Object> values, String name, String absent) {
        return values.get(name) instanceof String text ? text : absent;
    }

    private static int number(Map<String, @Nullable Object> values, String name, int absent) {
        return values.get(name) instanceof Number number ? number.intValue() : absent;
    }

    private static PluginException missing(String name, String legal) {
        return new PluginException(
                "REQUEST_INVALID",
                "The setting '" + name + "' of the plugin must be " + legal
                        + ": PUT .../configuration with host, port, " + "database, user and password.");
    }
}
