package io.dataprism.plugin;

/**
 * Something that a plugin can do, for people who choose one.
 *
 * @param name short and stable, such as {@code percentiles}
 * @param description one sentence
 */
public record Capability(String name, String description) {}
