package io.dataprism.plugins.drawing;

import io.dataprism.plugin.PluginException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The colours of a drawing: those of {@link Ink}, and in their place what a caller wishes.
 *
 * @param wished colours as {@code 0xRRGGBB}, for light and dark grounds alike
 */
public record Palette(Map<Ink, Integer> wished) {

    /** What holds where nobody wishes anything. */
    public static final Palette DEFAULT = new Palette(Map.of());

    private static final Pattern COLOR = Pattern.compile("#[0-9a-fA-F]{6}");

    public Palette {
        wished = Map.copyOf(wished);
    }

    /**
     * From a caller's styles, such as {@code {"series1": "#336699"}}.
     *
     * @throws PluginException {@code REQUEST_INVALID}, naming the style that is none or has no colour
     */
    static Palette of(Map<String, String> styles) {
        Map<Ink, Integer> wished = new EnumMap<>(Ink.class);
        styles.forEach((name, value) -> {
            Ink ink = Ink.named(name)
                    .orElseThrow(() -> PluginException.invalidParameter(
                            "options.styles",
                            "names '" + Labels.printable(name) + "', and must name one of "
                                    + Arrays.stream(Ink.values())
                                            .map(Ink::styleClass)
                                            .toList()));
            if (!COLOR.matcher(value).matches()) {
                throw PluginException.invalidParameter(
                        "options.styles",
                        "has '" + Labels.printable(value) + "' for " + name + ", and must have a colour as #rrggbb");
            }
            wished.put(ink, Integer.parseInt(value.substring(1), 16));
        });
        return new Palette(wished);
    }

    /** A colour as {@code 0xRRGGBB}. */
    int color(Ink ink, boolean onDark) {
        Integer wish = wished.get(ink);
        return wish == null ? ink.color(onDark) : wish;
    }
}
