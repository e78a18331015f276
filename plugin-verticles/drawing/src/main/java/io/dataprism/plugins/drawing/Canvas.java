package io.dataprism.plugins.drawing;

import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugin.RenderConfig.Theme;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chart is drawn on.
 *
 * @param width in pixels, {@value #MIN_WIDTH} to {@value #MAX_SIDE}
 * @param height in pixels, {@value #MIN_HEIGHT} to {@value #MAX_SIDE}
 * @param theme {@code AUTO} is the reader's choice where the format leaves one, else light
 * @param responsive whether a drawing in SVG takes the width that its reader has
 */
public record Canvas(int width, int height, Theme theme, boolean responsive, Palette palette) {

    private static final int MIN_WIDTH = 200;
    private static final int MIN_HEIGHT = 150;
    private static final int MAX_SIDE = 4000;

    /**
     * From an operation's parameters {@code width}, {@code height} and {@code theme}, where each may be absent.
     *
     * @param config what the caller wishes beside them; its theme holds where the parameters have none
     * @throws PluginException {@code REQUEST_INVALID}, naming what is wrong
     */
    public static Canvas of(Map<String, @Nullable Object> params, RenderConfig config) {
        return new Canvas(
                Parameters.integer(params, "width", 800, MIN_WIDTH, MAX_SIDE),
                Parameters.integer(params, "height", 450, MIN_HEIGHT, MAX_SIDE),
                theme(params, config.theme()),
                config.responsive(),
                Palette.of(config.styles()));
    }

    /** The same in another size, which may come from anywhere. */
    Canvas resized(Dimensions dimensions) {
        return new Canvas(
                Parameters.integer(Map.of("width", dimensions.width()), "width", width, MIN_WIDTH, MAX_SIDE),
                Parameters.integer(Map.of("height", dimensions.height()), "height", height, MIN_HEIGHT, MAX_SIDE),
                theme,
                responsive,
                palette);
    }

    /** The colour of an ink where the format leaves its reader no choice. */
    int color(Ink ink) {
        return palette.color(ink, theme == Theme.DARK);
    }

    private static Theme theme(Map<String, @Nullable Object> params, Theme otherwise) {
        return switch (Parameters.text(params, "theme").orElse("")) {
            case "" -> otherwise;
            case "light" -> Theme.LIGHT;
            case "dark" -> Theme.DARK;
            case "auto" -> Theme.AUTO;
            case String other ->
                throw PluginException.invalidParameter("theme", "is '" + other + "', and must be light, dark or auto");
        };
    }
}
