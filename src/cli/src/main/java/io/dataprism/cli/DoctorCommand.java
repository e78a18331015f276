package io.dataprism.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.confinement.Diagnosis;
import io.dataprism.core.confinement.Diagnosis.Check;
import io.dataprism.core.confinement.Doctor;
import io.dataprism.core.confinement.SandboxRuntime;
import io.dataprism.node.configuration.ConfigurationException;
import io.dataprism.node.configuration.ConfigurationFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Says what this machine can confine, what is missing and how to get it. Exit code 1 where plugins would not be started. */
@Command(
        name = "doctor",
        description = "Finds out how firmly plugins are confined on this machine, and what is missing.",
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--config", description = "Configuration file in YAML, for what the operator demands.")
    private @Nullable Path configurationFile;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    DoctorCommand() {}

    @Override
    public Integer call() throws CannotBegin, IOException {
        Diagnosis diagnosis = diagnosis();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(document(diagnosis));
        } else {
            diagnosis.checks().forEach(check -> print(out, check));
            out.println();
            out.println("level     " + diagnosis.level().text()
                    + (diagnosis.suffices() ? "" : ": plugins are not started on this machine"));
        }
        out.flush();
        return diagnosis.suffices() ? 0 : 1;
    }

    private Diagnosis diagnosis() throws CannotBegin, IOException {
        try {
            ConfigurationFile file = configurationFile == null
                    ? ConfigurationFile.defaults()
                    : ConfigurationFile.read(configurationFile);
            Path home = Path.of(System.getProperty("dataprism.home", "."));
            return new Doctor(SandboxRuntime.inHome(home), file.resources()).examine();
        } catch (ConfigurationException e) {
            throw new CannotBegin(String.valueOf(e.getMessage()));
        }
    }

    private static void print(PrintWriter out, Check check) {
        out.printf("%-8s  %-15s %s%n", check.state().name().toLowerCase(Locale.ROOT), check.name(), check.found());
        if (!check.remedy().isEmpty()) {
            out.printf("%26s%s%n", "", check.remedy());
        }
    }

    private static String document(Diagnosis diagnosis) throws JsonProcessingException {
        List<Map<String, String>> checks =
                diagnosis.checks().stream().map(DoctorCommand::member).toList();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("level", diagnosis.level().text());
        document.put("suffices", diagnosis.suffices());
        document.put("checks", checks);
        return new ObjectMapper().writeValueAsString(document);
    }

    private static Map<String, String> member(Check check) {
        Map<String, String> member = new LinkedHashMap<>();
        member.put("name", check.name());
        member.put("state", check.state().name().toLowerCase(Locale.ROOT));
        member.put("found", check.found());
        member.put("remedy", check.remedy());
        return member;
    }
}
