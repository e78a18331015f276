package io.dataprism.load.traffic;

/** Where clients can go. */
public record Gateway(String name, String host, int port) {}
