package io.dataprism.cli.project;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.plugin.PluginException;
import io.dataprism.testkit.PermissionTrace;
import io.dataprism.testkit.PermissionTrace.Found;
import io.dataprism.testkit.PermissionTrace.Step;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Runs a plugin on a node of its own, with nothing granted, and prints the {@code permissions} that its calls need. Ends with 0
 * where every call succeeds with them, with 1 where one still fails.
 */
@Command(
        name = "trace",
        description = "Runs a plugin and prints the least permissions that let it work.",
        mixinStandardHelpOptions = true)
public final class TraceCommand implements Callable<Integer> {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "csv", "text/csv",
            "json", "application/json",
            "ndjson", "application/x-ndjson",
            "parquet", "application/vnd.apache.parquet",
            "arrows", "application/vnd.apache.arrow.stream",
            "arrow", "application/vnd.apache.arrow.file");

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The package, or target/classes of a project.")
    private Path file;

    @Option(
            names = "--call",
            paramLabel = "NAME[=BODY]",
            description =
                    "An operation to call, with the body that a node takes: {\"params\": {}, \"input\": {\"table\": \"t\"}}."
                            + " Can be repeated; without it every operation is called with no parameters.")
    private List<String> calls = new ArrayList<>();

    @Option(
            names = "--table",
            paramLabel = "NAME=FILE",
            description = "A table that the plugin finds: csv, json, ndjson, parquet or arrow. Can be repeated.")
    private Map<String, Path> tables = new LinkedHashMap<>();

    @SuppressWarnings("NullAway.Init")
    TraceCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        List<Step> steps = steps();
        checkFiles();
        try (PermissionTrace trace = PermissionTrace.of(file)) {
            for (Map.Entry<String, Path> table : tables.entrySet()) {
                trace.table(table.getKey(), mediaType(table.getValue()), table.getValue());
            }
            return print(trace.run(steps));
        } catch (PluginException refused) {
            throw new Refused(refused.code() + ": " + refused.getMessage());
        } catch (UncheckedIOException unreadable) {
            throw new CannotBegin(String.valueOf(unreadable.getMessage()));
        }
    }

    private int print(Found found) {
        PrintWriter out = spec.commandLine().getOut();
        out.println("\"permissions\": " + JSON.valueToTree(found.permissions()).toPrettyString());
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        found.failures().forEach(failure -> err.println("dataprism: " + failure));
        err.flush();
        return found.failures().isEmpty() ? 0 : 1;
    }

    private List<Step> steps() throws CannotBegin {
        List<Step> steps = new ArrayList<>();
        for (String call : calls) {
            String[] parts = call.split("=", 2);
            try {
                steps.add(new Step(
                        parts[0],
                        parts.length == 1
                                ? Map.of("params", Map.of())
                                : JSON.readValue(parts[1], new TypeReference<Map<String, Object>>() {})));
            } catch (JsonProcessingException noObject) {
                throw new CannotBegin("--call " + parts[0]
                        + " has a body that is no JSON object: write {\"params\": {...}, \"input\": {...}}.");
            }
        }
        return steps;
    }

    private void checkFiles() throws CannotBegin {
        if (!Files.exists(file)) {
            throw new CannotBegin("there is no package " + file + ": name a jar, or a project's target/classes.");
        }
        for (Path table : tables.values()) {
            if (!Files.isRegularFile(table)) {
                throw new CannotBegin("there is no file " + table + " for --table.");
            }
        }
    }

    private static String mediaType(Path table) throws CannotBegin {
        String name = table.getFileName().toString().toLowerCase(Locale.ROOT);
        String type = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new CannotBegin("--table cannot tell what " + table + " is: its name ends with none of "
                    + MEDIA_TYPES.keySet().stream().sorted().toList() + ".");
        }
        return type;
    }
}
