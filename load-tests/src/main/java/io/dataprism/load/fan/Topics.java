package io.dataprism.load.fan;

import java.util.Locale;

/**
 * The topics of a run: a common first part, then groups of a hundred. {@code bench:run:g3:t07} is number 307.
 *
 * @param prefix the first part
 * @param count how many there are
 */
record Topics(String prefix, int count) {

    static final int GROUP = 100;

    String name(int topic) {
        return String.format(Locale.ROOT, "%s:g%d:t%02d", prefix, topic / GROUP, topic % GROUP);
    }

    int groups() {
        return (count + GROUP - 1) / GROUP;
    }

    /** The pattern that a group's topics match. */
    String pattern(int group) {
        return prefix + ":g" + group + ":*";
    }
}
