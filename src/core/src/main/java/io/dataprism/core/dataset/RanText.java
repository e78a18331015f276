package io.dataprism.core.dataset;

/**
 * What the engine runs for a caller, and which part of it the caller wrote: the way back from a place in the one to a place in the
 * other. Immutable.
 *
 * @param ran what the engine was given
 * @param from where the approved statement begins in it, as an index
 * @param to where what is left of that ends
 * @param approved the caller's statement, with versions of tables turned into names of views
 * @param own the caller's statement as it came
 */
record RanText(String ran, int from, int to, String approved, String own) {

    /** A statement that runs as it was approved. */
    static RanText of(String approved, String own) {
        return new RanText(approved, 0, approved.length(), approved, own);
    }

    /**
     * The same statement within a text of the host's.
     *
     * @param bare the beginning of the approved statement that stands in it
     */
    RanText within(String text, String bare) {
        int start = text.lastIndexOf(bare);
        return start < 0
                ? new RanText(text, 0, -1, approved, own)
                : new RanText(text, start, start + bare.length(), approved, own);
    }

    /**
     * The place in the caller's text.
     *
     * @param place in what ran, counted in characters and not in surrogates
     * @return counted like it; -1 where the caller wrote nothing of the kind
     */
    int own(int place) {
        int index = ran.offsetByCodePoints(0, place);
        if (index < from || index > to) {
            return -1;
        }
        int found = inOwn(index - from);
        return found < 0 ? -1 : own.codePointCount(0, found);
    }

    /** What stands before the first change of the text, or after the last one, stands in both. */
    private int inOwn(int index) {
        int shorter = Math.min(approved.length(), own.length());
        int before = 0;
        while (before < shorter && approved.charAt(before) == own.charAt(before)) {
            before++;
        }
        if (index <= before) {
            return index;
        }
        int after = 0;
        while (after < shorter - before
                && approved.charAt(approved.length() - 1 - after) == own.charAt(own.length() - 1 - after)) {
            after++;
        }
        int left = approved.length() - index;
        return left <= after ? own.length() - left : -1;
    }
}
