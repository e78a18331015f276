package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./dataprism plugins} against a node: what is printed, and with what code it ends. */
class PluginCommandsIT {

    @TempDir
    Path folder;

    @Test
    void aPluginIsGovernedFromItsPackageToItsEnd() throws Exception {
        Path jar = Files.write(folder.resolve("curious.jar"), TestPlugins.CURIOUS.jar());
        Path echo = Files.write(folder.resolve("echo.jar"), TestPlugins.ECHO.jar());
        try (Service service = Service.start(folder.resolve("data"), "--no-sample")) {
            Commands commands = new Commands(service);

            assertThat(commands.ok("add", jar.toString()))
                    .contains("curious 1.0.0 is ", "data:read:flights", "plugins grant curious --all");
            assertThat(commands.ok("list")).contains("NAME", "STATE", "bar-chart", "1 to grant");
            assertThat(commands.ok("list", "--category", "visualization")).doesNotContain("curious");
            assertThat(new JsonArray(commands.ok("list", "--category", "utility", "--json")))
                    .allMatch(
                            plugin -> plugin instanceof JsonObject json && "utility".equals(json.getString("category")))
                    .anyMatch(plugin -> plugin instanceof JsonObject json && "curious".equals(json.getString("name")));

            aRefusalSaysWhatToDo(commands);

            assertThat(commands.ok("grant", "curious")).contains("nothing beyond", "not granted: data:read:flights");
            assertThat(commands.ok("grant", "curious", "data:read:flights", "--elevated"))
                    .contains("data:read:flights (elevated)")
                    .doesNotContain("not granted");
            assertThat(commands.ok("grant", "curious", "--replace")).contains("nothing beyond");
            commands.ok("grant", "curious", "--all");

            assertThat(commands.ok("load", "curious")).contains("curious 1.0.0 is loaded");
            assertThat(commands.ok("activate", "curious")).contains("is active");
            assertThat(commands.ok("info", "curious"))
                    .contains("category", "utility", "active", "isolation", "process, ", "granted", "MiB")
                    .contains("read -> value, input none");
            assertThat(commands.ok("deactivate", "curious")).contains("is loaded");
            assertThat(commands.ok("unload", "curious")).contains("is unloaded");
            assertThat(commands.ok("logs", "curious")).isEmpty();
            assertThat(commands.ok("add", echo.toString(), "--activate")).contains("echo 1.0.0 is active");
            assertThat(Commands.run("discover", folder.toString()).out())
                    .contains("curious.jar  curious 1.0.0, utility", "echo.jar  echo 1.0.0, utility");

            assertThat(commands.ok("remove", "curious")).contains("curious removed");
            assertThat(commands.ok("remove", "echo", "--json")).contains("\"removed\":true");
        }
    }

    private void aRefusalSaysWhatToDo(Commands commands) throws Exception {
        Commands.Ended refused = commands.about("activate", "curious");
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.out()).isEmpty();
        assertThat(refused.err()).contains("Plugin curious cannot run", "data read 'flights'", "\n  ");

        Commands.Ended unknown = commands.about("info", "nobody", "--json");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("\"code\":\"PLUGIN_NOT_FOUND\"");

        Path bad = Files.write(folder.resolve("bad.jar"), TestPlugins.TEN_ERRORS.jar());
        Commands.Ended invalid = commands.about("add", bad.toString());
        assertThat(invalid.exitCode()).isEqualTo(1);
        assertThat(invalid.err()).contains(TestPlugins.TEN_POINTERS);
        assertThat(invalid.err()).doesNotContain("\tat ");

        Commands.Ended stranger =
                Commands.run("list", "--url", commands.service().base().toString(), "--token", "nobody");
        assertThat(stranger.exitCode()).isEqualTo(2);
        assertThat(stranger.err().lines()).singleElement().asString().contains("DATAPRISM_TOKEN");
    }
}
