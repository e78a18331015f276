package io.dataprism.load.history;

/** An operator's wish for a key of the catalog. @param acknowledged false: nobody knows whether it was taken */
public record Change(String key, String value, long atMillis, boolean acknowledged) {}
