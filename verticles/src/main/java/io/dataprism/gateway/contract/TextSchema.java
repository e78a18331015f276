package io.dataprism.gateway.contract;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A text of whole characters.
 *
 * @param least characters, and {@code most}
 * @param pattern that is found in it, or null; tried in linear time, and only where the length fits
 * @param words instead of the usual, or null
 */
record TextSchema(
        int least,
        int most,
        @Nullable Pattern pattern,
        @Nullable String words) implements ValueSchema {

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (!(value instanceof String text)
                || !isLong(text)
                || pattern != null && !pattern.matcher(text).find()) {
            problems.add(place, must(), value);
        } else if (!WholeText.isWhole(text)) {
            problems.add(place, WholeText.PROBLEM, null);
        }
    }

    /** Each character of a text is one or two {@code char}s, so that it is counted only where that decides. */
    private boolean isLong(String text) {
        if (text.length() < least || text.length() / 2 > most) {
            return false;
        }
        if (text.length() <= most && text.length() >= 2L * least) {
            return true;
        }
        int characters = text.codePointCount(0, text.length());
        return characters >= least && characters <= most;
    }

    @Override
    public String must() {
        if (words != null) {
            return words;
        }
        if (most != Integer.MAX_VALUE) {
            return "must be a string of " + (least == most ? "" : least + " to ") + most + " characters"
                    + (pattern == null ? "" : " that matches " + pattern);
        }
        return least == 0 ? "must be a string" : "must be a string that is not empty";
    }
}
