package io.dataprism.plugins.postgres;

import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.PluginLogger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** Opens connections as the settings say, no more than so many at once. Any thread. */
final class Sessions {

    /** What one fetch may bring at most; {@link TableCursor} asks for far less. */
    private static final String RESULT_BUFFER = "64M";

    private static final long SOCKET_MARGIN_SECONDS = 30;

    private final Settings settings;
    private final Path certificate;
    private final PluginLogger logger;
    private final Semaphore free;
    private final String sockets;

    /** @param directory the plugin's own, for the driver reads certificates from files. Blocks while it is written. */
    Sessions(Settings settings, SocketFactory factory, Path directory, PluginLogger logger) {
        this.settings = settings;
        this.logger = logger;
        this.free = new Semaphore(settings.connections());
        this.sockets = HostSockets.register(factory);
        this.certificate = directory.resolve("root-" + sockets + ".crt");
        write(settings.rootCertificate());
    }

    private void write(@Nullable String pem) {
        if (pem == null) {
            return;
        }
        try {
            Files.writeString(certificate, pem);
        } catch (IOException failure) {
            throw new PluginException("PLUGIN_FAILED", "The root certificate was not kept: " + failure, failure);
        }
    }

    Settings settings() {
        return settings;
    }

    /** No connection can be opened from now on. */
    void close() {
        HostSockets.forget(sockets);
        try {
            Files.deleteIfExists(certificate);
        } catch (IOException failure) {
            logger.warn("The file of the root certificate is left: " + failure);
        }
    }

    /**
     * Opens a connection. Blocks, at most for the time that connecting may take, twice. Called on the thread of the call that it is
     * for: that is how the host knows on whose behalf it connects.
     *
     * @throws PluginException {@code QUOTA_EXCEEDED}, what the host refuses, or why the server did not let us in
     */
    Session open() {
        takePlace();
        boolean opened = false;
        try {
            Connection connection = connect();
            try (Statement statement = connection.createStatement()) {
                statement.execute(
                        "SET statement_timeout = " + settings.statementTimeout().toMillis());
            } catch (SQLException failure) {
                connection.close();
                throw failure;
            }
            opened = true;
            return new Session(connection, logger, free::release);
        } catch (SQLException failure) {
            throw Failures.of("connect to " + settings, failure);
        } finally {
            if (!opened) {
                free.release();
            }
        }
    }

    private void takePlace() {
        try {
            if (free.tryAcquire(settings.connectTimeout().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new PluginException(
                "QUOTA_EXCEEDED",
                "All " + settings.connections() + " connections to " + settings
                        + " are in use: wait for a call to end, or raise 'maxConnections' (at most 4).");
    }

    private Connection connect() throws SQLException {
        String host = settings.host().contains(":") ? "[" + settings.host() + "]" : settings.host();
        @Nullable
        Connection connection =
                new Driver().connect("jdbc:postgresql://" + host + ":" + settings.port() + "/", properties());
        if (connection == null) {
            throw new SQLException("The driver does not know the host '" + settings.host() + "'.");
        }
        return connection;
    }

    private Properties properties() {
        Properties properties = new Properties();
        properties.setProperty("PGDBNAME", settings.database());
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password());
        properties.setProperty("ApplicationName", "dataprism");
        properties.setProperty("socketFactory", HostSockets.class.getName());
        properties.setProperty("socketFactoryArg", sockets);
        String connectSeconds = Long.toString(settings.connectTimeout().toSeconds());
        properties.setProperty("connectTimeout", connectSeconds);
        properties.setProperty("cancelSignalTimeout", connectSeconds);
        properties.setProperty(
                "socketTimeout", Long.toString(settings.statementTimeout().toSeconds() + SOCKET_MARGIN_SECONDS));
        properties.setProperty("gssEncMode", "disable");
        properties.setProperty("maxResultBuffer", RESULT_BUFFER);
        properties.setProperty("defaultRowFetchSize", Integer.toString(settings.fetchRows()));
        tls(properties);
        return properties;
    }

    private void tls(Properties properties) {
        properties.setProperty("sslmode", settings.sslMode().label());
        if (settings.rootCertificate() != null) {
            properties.setProperty("sslrootcert", certificate.toString());
        } else if (settings.sslMode() == Settings.SslMode.VERIFY_CA
                || settings.sslMode() == Settings.SslMode.VERIFY_FULL) {
            properties.setProperty("sslfactory", "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }
}
