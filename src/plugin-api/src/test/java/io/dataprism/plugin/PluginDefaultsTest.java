package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a plugin does that implements no more than it must. */
class PluginDefaultsTest {

    private static final Duration BOUND = Duration.ofSeconds(5);

    private static class Least implements Plugin {
        @Override
        public Mono<Void> initialize(PluginContext context) {
            return Mono.empty();
        }

        @Override
        public Mono<Object> execute(String operation, Map<String, Object> params) {
            return Mono.just(operation + params);
        }
    }

    private static final class Processor extends Least implements DataProcessorPlugin {
        @Override
        public Flux<Batch> process(String operation, Flux<Batch> input, Map<String, Object> params) {
            return Flux.error(new PluginException("DONE", operation));
        }
    }

    private static final class Painter extends Least implements VisualizationPlugin {
        @Override
        public Mono<View> render(String operation, Flux<Batch> data, Map<String, Object> params) {
            return Mono.just(new View() {});
        }

        @Override
        public Mono<Rendering> export(View view, ExportFormat format) {
            return Mono.just(new Rendering(format, new byte[0]));
        }
    }

    private static final class Integration extends Least implements IntegrationPlugin {}

    private static final class Utility extends Least implements UtilityPlugin {}

    @Test
    void aPluginIsHealthyAndPromisesNothing() {
        Plugin plugin = new Least();

        assertThat(plugin.health().block(BOUND)).isEqualTo(Health.ok());
        assertThat(Health.unhealthy("x").healthy()).isFalse();
        assertThat(plugin.capabilities()).isEmpty();
        assertThat(plugin.supportedDataTypes()).isEmpty();
        assertThat(plugin.isCompatible("0.1.0")).isTrue();
        assertThat(new Capability("a", "b").name()).isEqualTo("a");
    }

    @Test
    void aProcessorsOtherWaysLeadToProcessWhereTheyCan() {
        Processor processor = new Processor();

        assertThatThrownBy(() -> processor
                        .process("op", Flux.empty(), Map.of(), ProcessingOptions.DEFAULT)
                        .blockLast(BOUND))
                .hasMessage("op");
        assertThatThrownBy(() -> processor.stream(Flux.empty(), Map.of()).blockLast(BOUND))
                .hasMessage("stream");
        assertThatThrownBy(() -> Flux.concat(processor.batch(List.of(Flux.empty()), Map.of()))
                        .blockLast(BOUND))
                .hasMessage("batch");
        assertThatThrownBy(() -> processor.transform(Flux.empty(), List.of()).blockLast(BOUND))
                .hasMessageContaining("no operation 'transform'");
        assertThatThrownBy(() -> processor.validate(Flux.empty(), Map.of()).block(BOUND))
                .hasMessageContaining("no operation 'validate'");
        assertThat(processor.processingCapabilities()).isEmpty();
        assertThat(processor.processingMetrics()).isEqualTo(ProcessingMetrics.NONE);
        ProcessingCapability capability = new ProcessingCapability(
                "c", "d", List.of(DataType.TEXT), List.of(DataType.MAP), ProcessingCapability.Complexity.HIGH, false);
        assertThat(capability.inputTypes()).containsExactly(DataType.TEXT);
    }

    @Test
    void aPainterDrawsAndCannotUpdateOrResize() {
        Painter painter = new Painter();
        View view = painter.render("op", Flux.empty(), Map.of(), RenderConfig.DEFAULT)
                .block(BOUND);

        assertThatThrownBy(() -> painter.update(view, Flux.empty()).block(BOUND))
                .hasMessageContaining("no operation 'update'");
        assertThatThrownBy(() -> painter.resize(view, new Dimensions(1, 1)).block(BOUND))
                .hasMessageContaining("no operation 'resize'");
        assertThat(painter.destroy(view).block(BOUND)).isNull();
        assertThat(painter.configuration()).isEqualTo(RenderConfig.DEFAULT);
        assertThat(painter.visualizationTypes()).isEmpty();
        assertThat(painter.interactionFeatures()).isEmpty();
        assertThat(new VisualizationType(
                                "bar", "Bars.", VisualizationType.Category.CHART, List.of("x"), List.of(), null)
                        .requiredFields())
                .containsExactly("x");
        assertThat(new InteractionFeature("zoom", "Zooms.", List.of("wheel")).events())
                .containsExactly("wheel");
    }

    @Test
    void anIntegrationSaysWhatItDoesNotHave() {
        Integration integration = new Integration();
        Checkpoint none = new Checkpoint() {
            @Override
            public Object value() {
                return null;
            }

            @Override
            public void reached(Object value) {}
        };

        assertThatThrownBy(() -> integration.testConnection().block(BOUND)).hasMessageContaining("'discover'");
        assertThatThrownBy(() -> integration.read("t", Map.of(), none).blockLast(BOUND))
                .hasMessageContaining("'read'");
        assertThatThrownBy(() -> integration.write("t", Flux.empty(), Map.of()).block(BOUND))
                .hasMessageContaining("'write'");
    }

    @Test
    void aTaskIsItsOperationWithoutParameters() {
        ScheduledRun run = new ScheduledRun("nightly", "refresh", Instant.EPOCH, null);

        assertThat(new Utility().runTask("nightly", run).block(BOUND)).isEqualTo("refresh{}");
    }

    @Test
    void aManifestFindsItsOperations() {
        PluginManifest.Operation operation =
                new PluginManifest.Operation("op", "", "value", "none", Map.of(), Map.of(), List.of(), true);
        PluginManifest manifest = new PluginManifest(
                "p",
                "1.0.0",
                "",
                "",
                "",
                List.of(),
                "utility",
                List.of(new PluginManifest.Dependency("q", "^1", true)),
                List.of(new PluginManifest.Permission("data", "read", "*")),
                List.of(operation),
                List.of(new PluginManifest.Schedule("s", "op", "1h")));

        assertThat(manifest.operation("op")).contains(operation);
        assertThat(manifest.operation("other")).isEmpty();
        assertThat(manifest.schedules().getFirst().when()).isEqualTo("1h");
    }
}
