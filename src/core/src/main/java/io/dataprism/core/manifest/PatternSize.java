package io.dataprism.core.manifest;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large a regular expression becomes when its counted repetitions are written out, which is what compiling it does: a few
 * characters can ask for terabytes. Never less than that, and seldom much more.
 */
final class PatternSize {

    /** As much as is compiled in a millisecond and tried with a few bytes for each character. */
    static final long LIMIT = 20_000;

    private static final Pattern COUNT = Pattern.compile("\\{([0-9]{1,9})(,([0-9]{0,9}))?}");

    private final String pattern;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long group;
    private long last;
    private int at;

    private PatternSize(String pattern) {
        this.pattern = pattern;
    }

    /** Counts, up to somewhat above the limit. */
    static long of(String pattern) {
        return new PatternSize(pattern).count();
    }

    private long count() {
        Matcher repeated = COUNT.matcher(pattern);
        while (at < pattern.length() && group + last <= LIMIT) {
            char here = pattern.charAt(at);
            if (here == '{' && repeated.region(at, pattern.length()).lookingAt()) {
                last *= times(repeated);
                at = repeated.end();
            } else {
                step(here);
            }
        }
        long all = group + last;
        for (long each : outer) {
            all += each;
        }
        return all;
    }

    private static long times(Matcher repeated) {
        String most = repeated.group(3);
        long least = Long.parseLong(repeated.group(1));
        return Math.max(1, most == null || most.isEmpty() ? least + 1 : Long.parseLong(most));
    }

    private void step(char here) {
        switch (here) {
            case '(' -> {
                outer.push(group + last);
                group = 0;
                last = 0;
                at++;
            }
            case ')' -> {
                last = group + last + 2;
                group = outer.isEmpty() ? 0 : outer.pop();
                at++;
            }
            case '[' -> {
                atom();
                at = endOfClass();
            }
            case '\\' -> {
                atom();
                at += 2;
            }
            default -> {
                atom();
                at++;
            }
        }
    }

    private void atom() {
        group += last;
        last = 1;
    }

    /** Behind the bracket that closes a class of characters; a bracket that comes first belongs to it. */
    private int endOfClass() {
        int here = at + 1;
        if (here < pattern.length() && pattern.charAt(here) == '^') {
            here++;
        }
        for (int first = here; here < pattern.length(); here++) {
            if (pattern.charAt(here) == '\\') {
                here++;
            } else if (pattern.charAt(here) == ']' && here > first) {
                return here + 1;
            }
        }
        return here;
    }
}
