package io.dataprism.core.event;

/** What may happen to a log. */
sealed interface LogStep {

    record Append(int topic, int bytes) implements LogStep {}

    /** Several at once, so that a durable log may force them together. */
    record Group(int count) implements LogStep {}

    /** @param cursor which of those that were ever given out */
    record Read(int cursor, int page) implements LogStep {}

    record Clear() implements LogStep {}

    record Wait(int seconds) implements LogStep {}

    record Restart() implements LogStep {}

    /** The process ended while it wrote: so many bytes of a group are there that was not acknowledged. */
    record RestartTorn(int bytes) implements LogStep {}

    /** The disk lost the end of the newest segment, at any byte. */
    record RestartCut(int place) implements LogStep {}
}
