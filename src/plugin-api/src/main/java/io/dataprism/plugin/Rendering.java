package io.dataprism.plugin;

/**
 * A drawing, written.
 *
 * @param format the format of {@code bytes}
 * @param bytes the document; not copied, not to be changed afterwards
 */
public record Rendering(ExportFormat format, byte[] bytes) {}
