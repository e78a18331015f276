package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.e2e.Commands.Ended;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./dataprism plugins trace}: the least permissions that let a plugin work. */
@Tag("longer")
class TraceIT {

    @TempDir
    Path folder;

    @Test
    void itFindsTheLeastThatTheCallsNeedWhateverTheManifestAsksFor() throws Exception {
        Path jar = Files.write(folder.resolve("curious.jar"), TestPlugins.CURIOUS.jar());
        Path words = Files.writeString(folder.resolve("words.csv"), "word\nswordfish\n");

        Ended traced = Commands.run(
                "trace",
                jar.toString(),
                "--table",
                "secrets=" + words,
                "--call",
                "read={\"params\": {\"table\": \"secrets\"}}",
                "--call",
                "call={\"params\": {\"address\": \"dataprism.service.metrics.getStatus\"}}");

        assertThat(traced.exitCode()).as(traced.err()).isZero();
        assertThat(new JsonArray(traced.out().substring(traced.out().indexOf('['))))
                .containsExactlyInAnyOrder(
                        permission("data", "read", "secrets"), permission("core", "read", "metrics"));
        assertThat(Files.readAllBytes(jar))
                .as("the package itself is not changed")
                .isEqualTo(TestPlugins.CURIOUS.jar());
    }

    @Test
    void whatStillFailsIsSaidAndEndsWithOne() throws Exception {
        Path jar = Files.write(folder.resolve("failing.jar"), TestPlugins.FAILING.jar());

        Ended traced = Commands.run("trace", jar.toString());

        assertThat(traced.exitCode()).isEqualTo(1);
        assertThat(traced.out()).contains("\"permissions\": [ ]");
        assertThat(traced.err()).contains("'fail' failed: PLUGIN_FAILED").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    nothing.jar                            | there is no package
                    curious.jar --table t=nothing.csv      | there is no file
                    curious.jar --table t=curious.jar      | its name ends with none of
                    curious.jar --call read=[1]            | is no JSON object
                    words.csv                              | words.csv
                    """)
    void whatCannotBeTracedIsSaidInOneLine(String arguments, String said) throws Exception {
        Files.write(folder.resolve("curious.jar"), TestPlugins.CURIOUS.jar());
        Files.writeString(folder.resolve("words.csv"), "word\nswordfish\n");
        String[] words = ("trace " + arguments).split(" ");
        words[1] = folder.resolve(words[1]).toString();
        for (int index = 2; index < words.length; index++) {
            words[index] = words[index].replace("t=", "t=" + folder + "/");
        }

        Ended refused = Commands.run(words);

        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err().lines()).singleElement().asString().contains(said);
    }

    private static JsonObject permission(String resource, String access, String scope) {
        return new JsonObject().put("resource", resource).put("access", access).put("scope", scope);
    }
}
