package io.dataprism.core.dataset.gate;

/**
 * How nested a value is.
 *
 * @param depth levels that one expression makes
 * @param chain these, and those of the queries that it takes up
 * @param parts members, with those of its members
 */
record Nesting(int depth, int chain, long parts) {

    static final Nesting FLAT = new Nesting(0, 0, 1);

    static Nesting ofType(int depth) {
        return new Nesting(depth, depth, 1);
    }

    Nesting or(Nesting other) {
        return new Nesting(Math.max(depth, other.depth), Math.max(chain, other.chain), Math.max(parts, other.parts));
    }

    Nesting deeper(int levels) {
        return new Nesting(depth + levels, chain + levels, parts);
    }

    Nesting withParts(long count) {
        return new Nesting(depth, chain, count);
    }

    /** As the query sees it that reads it. */
    Nesting asSource() {
        return new Nesting(0, chain, parts);
    }
}
