package io.dataprism.load.history;

/** An event that was published: the numbers of a publisher rise, one is not published before the one before it was answered. */
public record Publication(int publisher, long number, String topic, long atMillis, boolean acknowledged) {}
