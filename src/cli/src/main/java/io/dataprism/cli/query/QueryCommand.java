package io.dataprism.cli.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.client.Query;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a query and prints its rows. */
@Command(name = "query", description = "Runs a query and prints its rows.", mixinStandardHelpOptions = true)
public final class QueryCommand implements Callable<Integer> {

    private static final int PIECE_CHARACTERS = 8192;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_LIMIT = Duration.ofMinutes(10);
    private static final String FAILURE = "{\"$error\":";

    /** How rows are printed. */
    enum Format {
        table("application/x-ndjson"),
        csv("text/csv"),
        json("application/json"),
        ndjson("application/x-ndjson");

        private final String mediaType;

        Format(String mediaType) {
            this.mediaType = mediaType;
        }
    }

    @Mixin
    private NodeOptions options;

    @Parameters(paramLabel = "SQL", description = "One statement that only reads.")
    private String sql;

    @Option(
            names = "--format",
            description = "table (default), csv, json (10,000 rows at most) or ndjson. --json is --format json.")
    private @Nullable Format format;

    @Option(names = "--parameter", description = "A text for the next question mark; may be given several times.")
    private List<String> parameters = List.of();

    @SuppressWarnings("NullAway.Init")
    QueryCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        Format chosen = format != null ? format : options.json() ? Format.json : Format.table;
        Query query = Query.of(sql, parameters.toArray()).within(TIME_LIMIT);
        options.with(node -> {
            try (InputStream answer = NodeOptions.wait(node.query(query, chosen.mediaType));
                    BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
                print(lines, chosen);
            } catch (IOException cut) {
                throw new Refused("the node broke its rows off: what is printed is not all of them.");
            }
        });
        return 0;
    }

    private void print(BufferedReader lines, Format chosen) throws IOException, CannotBegin, Refused {
        if (chosen == Format.csv || chosen == Format.json) {
            char[] piece = new char[PIECE_CHARACTERS];
            for (int read = lines.read(piece); read >= 0; read = lines.read(piece)) {
                options.out().write(piece, 0, read);
                if (options.out().checkError()) {
                    return; // nobody reads any more
                }
            }
            return;
        }
        TextTable table = new TextTable(options::print);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(FAILURE)) {
                table.end();
                throw options.refusal(JSON.readTree(line).path("$error"));
            }
            if (options.out().checkError()) {
                return; // nobody reads any more
            }
            if (chosen == Format.table) {
                JsonNode row = JSON.readTree(line);
                table.row(row);
            } else {
                options.print(line);
            }
        }
        table.end();
    }
}
