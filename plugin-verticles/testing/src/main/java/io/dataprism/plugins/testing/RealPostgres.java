package io.dataprism.plugins.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL server of the test's own, from the installed package: an empty database on a free port of loopback, reached with a
 * password, also over TLS. Ends, and leaves nothing, when it is closed. Blocks.
 */
public final class RealPostgres implements AutoCloseable {

    /** For the message of a skipped test. */
    public static final String MISSING =
            "PostgreSQL is not installed: 'apt-get install postgresql' lets this test run; it needs no server that runs already";

    public static final String USER = "tester";
    public static final String PASSWORD = "not a secret: of a test";
    public static final String DATABASE = "postgres";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final String UNPRIVILEGED = "postgres";
    private static final String READY = "ready to accept connections";
    private static final long LIMIT_SECONDS = 60;

    private final Path programs;
    private final Path folder;
    private final int port;
    private final Process process;
    private final Thread atExit;

    private RealPostgres(Path programs, Path folder, int port, Process process) {
        this.programs = programs;
        this.folder = folder;
        this.port = port;
        this.process = process;
        this.atExit = new Thread(process::destroyForcibly, "test-postgres-end");
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /** Where the newest installed server's programs are; empty: none is installed. */
    public static Optional<Path> installed() throws IOException {
        if (!Files.isDirectory(INSTALLED)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(INSTALLED)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin ->
                            Files.isExecutable(bin.resolve("initdb")) && Files.isExecutable(bin.resolve("postgres")))
                    .max(Comparator.naturalOrder());
        }
    }

    /** Starts one, in a folder of temporary files. */
    public static RealPostgres start() throws IOException, InterruptedException {
        Path programs = installed().orElseThrow(() -> new IOException(MISSING));
        Path folder = Files.createTempDirectory("dataprism-postgres-");
        if (isRoot()) {
            Files.setOwner(
                    folder,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED));
        }
        run(folder, "sh", "-c", "printf '%s' '" + PASSWORD + "' > password");
        run(
                folder,
                programs.resolve("initdb").toString(),
                "--pgdata=data",
                "--username=" + USER,
                "--pwfile=password",
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync");
        run(
                folder,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
                "-addext",
                "subjectAltName=IP:127.0.0.1",
                "-keyout",
                "data/server.key",
                "-out",
                "data/server.crt");
        int port = freePort();
        Process process = command(
                        folder,
                        programs.resolve("postgres").toString(),
                        "-D",
                        "data",
                        "-p",
                        Integer.toString(port),
                        "-c",
                        "listen_addresses=127.0.0.1",
                        "-c",
                        "unix_socket_directories=",
                        "-c",
                        "ssl=on",
                        "-c",
                        "fsync=off",
                        "-c",
                        "shared_buffers=16MB",
                        "-c",
                        "max_connections=20")
                .start();
        RealPostgres server = new RealPostgres(programs, folder, port, process);
        server.awaitReady();
        return server;
    }

    public int port() {
        return port;
    }

    /** The certificate, in PEM, with which the server shows who it is: it names 127.0.0.1. */
    public String certificate() throws IOException {
        return Files.readString(folder.resolve("data/server.crt"));
    }

    /** Runs statements and answers what they print: values separated by {@code |}, a row a line. */
    public String sql(String statements) throws IOException, InterruptedException {
        ProcessBuilder psql = new ProcessBuilder(
                programs.resolve("psql").toString(),
                "--no-psqlrc",
                "--quiet",
                "--no-align",
                "--tuples-only",
                "--set=ON_ERROR_STOP=1",
                "--host=127.0.0.1",
                "--port=" + port,
                "--username=" + USER,
                "--dbname=" + DATABASE,
                "--command=" + statements);
        psql.environment().put("PGPASSWORD", PASSWORD);
        return output(psql.redirectErrorStream(true).start(), "psql: " + statements);
    }

    /** How many connections of others the server has. */
    public int connections() throws IOException, InterruptedException {
        return Integer.parseInt(
                sql(
                        "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        // SIGTERM would wait for clients
        new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start().waitFor();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private void awaitReady() throws IOException, InterruptedException {
        CompletableFuture<Boolean> ready = new CompletableFuture<>();
        StringBuffer log = new StringBuffer();
        Thread.ofPlatform().daemon().name("test-postgres-log").start(() -> {
            try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    log.append(line).append('\n');
                    if (line.contains(READY)) {
                        ready.complete(true);
                    }
                }
            } catch (IOException ended) {
                log.append(ended);
            }
            ready.complete(false);
        });
        if (!ready.completeOnTimeout(false, LIMIT_SECONDS, TimeUnit.SECONDS).join()) {
            close();
            throw new IOException("PostgreSQL did not get ready; its log: " + log);
        }
    }

    private static void run(Path folder, String... command) throws IOException, InterruptedException {
        output(command(folder, command).start(), String.join(" ", command));
    }

    private static String output(Process process, String what) throws IOException, InterruptedException {
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(what + " failed: " + output);
        }
        return output;
    }

    /** The server refuses to run as root. */
    private static ProcessBuilder command(Path folder, String... command) {
        List<String> all = new ArrayList<>();
        if (isRoot()) {
            all.addAll(List.of(
                    "setpriv",
                    "--reuid=" + UNPRIVILEGED,
                    "--regid=" + UNPRIVILEGED,
                    "--clear-groups",
                    "--inh-caps=-all"));
        }
        all.addAll(List.of(command));
        ProcessBuilder process =
                new ProcessBuilder(all).directory(folder.toFile()).redirectErrorStream(true);
        process.environment().put("LC_ALL", "C");
        return process;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
