package io.dataprism.core.event;

/** Where reading begins. */
public sealed interface Start {

    /** With the next event that is appended. */
    record Latest() implements Start {}

    /** With the oldest event that is kept, without a gap. */
    record Earliest() implements Start {}

    /** Behind a cursor; a gap first where what follows it is not all there any more. */
    record After(String cursor) implements Start {}
}
