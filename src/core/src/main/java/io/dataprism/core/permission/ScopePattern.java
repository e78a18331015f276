package io.dataprism.core.permission;

/** Scope patterns: {@code *} is any run of characters, everything else is itself. */
public final class ScopePattern {

    private ScopePattern() {}

    /** Whether the whole of {@code value} matches. Linear in practice, never exponential: no regular expression. */
    public static boolean matches(String pattern, String value) {
        int p = 0;
        int v = 0;
        int starPattern = -1;
        int starValue = 0;
        while (v < value.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starPattern = p++;
                starValue = v;
            } else if (p < pattern.length() && pattern.charAt(p) == value.charAt(v)) {
                p++;
                v++;
            } else if (starPattern >= 0) {
                p = starPattern + 1;
                v = ++starValue;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
