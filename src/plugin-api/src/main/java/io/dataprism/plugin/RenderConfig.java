package io.dataprism.plugin;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a caller would like a drawing to look: wishes that a plugin heeds as far as the format allows.
 *
 * @param responsive whether it fits itself to the room that it is shown in
 * @param animation whether things may move
 * @param interaction whether it answers to the pointer
 * @param styles names and values of the plugin's own, such as CSS properties; values are untrusted text: escape them
 */
public record RenderConfig(
        Theme theme, boolean responsive, boolean animation, boolean interaction, Map<String, String> styles) {

    private static final int MOST_STYLES = 256;

    /** The colours. */
    public enum Theme {
        LIGHT,
        DARK,
        /** As the reader's own settings say. */
        AUTO
    }

    /** Light, of fixed size, without motion and interaction, without styles. */
    public static final RenderConfig DEFAULT = new RenderConfig(Theme.LIGHT, false, false, false, Map.of());

    public RenderConfig {
        styles = Map.copyOf(styles);
    }

    /**
     * From JSON: {@code {theme, responsive, animation, interaction, styles}}, where each may be absent.
     *
     * @param absent what holds where a member is absent
     * @throws PluginException {@code REQUEST_INVALID}, naming the member
     */
    public static RenderConfig of(Map<String, @Nullable Object> json, RenderConfig absent) {
        OptionReader options = new OptionReader(json, "theme", "responsive", "animation", "interaction", "styles");
        return new RenderConfig(
                options.choice("theme", Theme.class, absent.theme),
                options.flag("responsive", absent.responsive),
                options.flag("animation", absent.animation),
                options.flag("interaction", absent.interaction),
                stylesOf(json.get("styles"), absent.styles));
    }

    private static Map<String, String> stylesOf(@Nullable Object json, Map<String, String> absent) {
        if (json == null) {
            return absent;
        }
        if (!(json instanceof Map<?, ?> given) || given.size() > MOST_STYLES) {
            throw OptionReader.invalid("styles", "must be an object of at most " + MOST_STYLES + " texts");
        }
        Map<String, String> styles = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (!(value instanceof String text)) {
                throw OptionReader.invalid("styles." + name, "must be text, and is " + value);
            }
            styles.put(String.valueOf(name), text);
        });
        return styles;
    }
}
