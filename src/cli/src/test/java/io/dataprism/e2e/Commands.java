package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;

/** {@code ./dataprism plugins} in this process, about one node. */
record Commands(Service service) {

    record Ended(int exitCode, String out, String err) {}

    /** Runs a command that shall succeed, and answers what it prints. */
    String ok(String... arguments) {
        Ended ended = about(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended.out();
    }

    /** Runs a command about the node. */
    Ended about(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", service.base().toString(), "--token", service.token()));
        return run(all.toArray(String[]::new));
    }

    /** Runs a command that needs no node. */
    static Ended run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        List<String> all = new ArrayList<>(List.of("plugins"));
        all.addAll(List.of(arguments));
        return new Ended(line.execute(all.toArray(String[]::new)), out.toString(), err.toString());
    }
}
