package io.dataprism.client;

/**
 * An event is in the log, backups included.
 *
 * @param cursor its place: following behind it begins with the next event
 */
public record Published(String cursor) {}
