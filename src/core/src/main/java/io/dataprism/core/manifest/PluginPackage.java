package io.dataprism.core.manifest;

import java.util.List;

/**
 * A package that was looked over.
 *
 * @param digest SHA-256 of the whole file, in lower-case hexadecimal
 * @param findings what an operator should know before granting anything, in sentences
 */
public record PluginPackage(Manifest manifest, String digest, long sizeBytes, List<String> findings) {}
