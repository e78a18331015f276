package io.dataprism.core.catalog;

/** What an operator wants of a plugin, whether or not it holds now. In ascending order. */
public enum Wish {
    INACTIVE,
    LOADED,
    ACTIVE;

    /** The greater of both. */
    public Wish atLeast(Wish other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
