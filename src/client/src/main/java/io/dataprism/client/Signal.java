package io.dataprism.client;

/** What a subscription brings, in order: an event, or that some are lost before the next one. */
public sealed interface Signal permits Event, Gap {

    /** Where to go on behind this signal; see {@link Subscription#after}. */
    String cursor();
}
