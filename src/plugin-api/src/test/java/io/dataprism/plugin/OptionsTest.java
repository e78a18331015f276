package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What callers wish, as JSON. */
class OptionsTest {

    private static final Duration MOST = Duration.ofSeconds(5);

    @Test
    void absentWishesAreTheDefaultsWithinThePluginsTime() {
        assertThat(ProcessingOptions.of(Map.of(), MOST))
                .isEqualTo(new ProcessingOptions(ProcessingOptions.Mode.STREAMING, 32_768, MOST, false, false));
        assertThat(RenderConfig.of(Map.of(), RenderConfig.DEFAULT)).isEqualTo(RenderConfig.DEFAULT);
    }

    @Test
    void wishesAreReadAndNeverTakeLongerThanThePluginMay() {
        Map<String, Object> wishes =
                Map.of("mode", "async", "batchRows", 7, "timeoutMs", 9_000_000, "validate", true, "cache", true);

        assertThat(ProcessingOptions.of(wishes, MOST))
                .isEqualTo(new ProcessingOptions(ProcessingOptions.Mode.ASYNC, 7, MOST, true, true));
        assertThat(ProcessingOptions.of(Map.of("timeoutMs", 10), MOST).timeout())
                .isEqualTo(Duration.ofMillis(10));
    }

    @Test
    void aWrongWishIsNamedWithWhatIsLegal() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("mode", "fast"),
                Map.of("batchRows", 0),
                Map.of("batchRows", Long.MAX_VALUE),
                Map.of("batchRows", "many"),
                Map.of("timeoutMs", 0),
                Map.of("validate", 1),
                Map.of("colour", "red"))) {
            String member = wrong.keySet().iterator().next();
            assertThatThrownBy(() -> ProcessingOptions.of(wrong, MOST))
                    .isInstanceOf(PluginException.class)
                    .hasMessageContaining("options." + member)
                    .extracting(failure -> ((PluginException) failure).code())
                    .isEqualTo("REQUEST_INVALID");
        }
    }

    @Test
    void aDrawingsWishesOverlayThePluginsOwn() {
        RenderConfig own = new RenderConfig(RenderConfig.Theme.DARK, true, false, true, Map.of("a", "b"));

        assertThat(RenderConfig.of(Map.of("theme", "auto", "animation", true), own))
                .isEqualTo(new RenderConfig(RenderConfig.Theme.AUTO, true, true, true, Map.of("a", "b")));
        assertThat(RenderConfig.of(Map.of("styles", Map.of("c", "d")), own).styles())
                .isEqualTo(Map.of("c", "d"));
    }

    @Test
    void stylesAreTextsAndBounded() {
        Map<String, Object> many = new LinkedHashMap<>();
        IntStream.range(0, 257).forEach(index -> many.put("s" + index, "x"));

        assertThatThrownBy(() -> RenderConfig.of(Map.of("styles", many), RenderConfig.DEFAULT))
                .hasMessageContaining("at most 256");
        assertThatThrownBy(() -> RenderConfig.of(Map.of("styles", "red"), RenderConfig.DEFAULT))
                .hasMessageContaining("options.styles");
        assertThatThrownBy(() -> RenderConfig.of(Map.of("styles", Map.of("a", 1)), RenderConfig.DEFAULT))
                .hasMessageContaining("options.styles.a");
    }

    @Test
    void aSizeIsWithinBounds() {
        assertThat(new Dimensions(1, 16_384).height()).isEqualTo(16_384);
        assertThatThrownBy(() -> new Dimensions(0, 1)).hasMessageContaining("'width'");
        assertThatThrownBy(() -> new Dimensions(1, 16_385)).hasMessageContaining("'height'");
    }
}
