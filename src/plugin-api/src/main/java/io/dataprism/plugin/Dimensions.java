package io.dataprism.plugin;

/** A size in CSS pixels, each side 1 to 16,384. */
public record Dimensions(int width, int height) {

    private static final int LONGEST_SIDE = 16_384;

    public Dimensions {
        check("width", width);
        check("height", height);
    }

    private static void check(String side, int pixels) {
        if (pixels < 1 || pixels > LONGEST_SIDE) {
            throw PluginException.invalidParameter(side, "must be 1 to " + LONGEST_SIDE + ", and is " + pixels);
        }
    }
}
