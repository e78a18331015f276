package io.dataprism.core.dataset;

/** Whether bytes that come one after another are UTF-8. */
final class Utf8Check {

    private int missing;
    private int least = 0x80;
    private int most = 0xBF;

    /** Takes the next byte, and says whether the bytes may be UTF-8 so far. */
    boolean accepts(int next) {
        if (missing > 0) {
            boolean fits = next >= least && next <= most;
            missing--;
            least = 0x80;
            most = 0xBF;
            return fits;
        }
        if (next < 0x80) {
            return true;
        }
        missing = next >= 0xF0 ? 3 : next >= 0xE0 ? 2 : 1;
        // neither longer than needed, nor half of a surrogate pair, nor beyond the last character
        least = next == 0xE0 ? 0xA0 : next == 0xF0 ? 0x90 : 0x80;
        most = next == 0xED ? 0x9F : next == 0xF4 ? 0x8F : 0xBF;
        return next >= 0xC2 && next <= 0xF4;
    }
}
