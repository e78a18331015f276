/**
 * The configuration file: YAML, read once at start into records. {@link io.dataprism.node.configuration.ConfigurationFile} is the
 * whole of it; what the file does not say has its default. A file with problems is refused with all of them, each by its dotted
 * path, its value and what is legal; a key that is not known is one. Blocks while it reads; secrets are in files of their own.
 */
@NullMarked
package io.dataprism.node.configuration;

import org.jspecify.annotations.NullMarked;
