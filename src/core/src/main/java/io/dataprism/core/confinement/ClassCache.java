package io.dataprism.core.confinement;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An ahead-of-time cache of classes that a child starts from.
 *
 * @param file the cache
 * @param packageFile the package whose classes it holds beside the sandbox's own; it is on the class path from the beginning then,
 *     as it was when the cache was made. Empty: the sandbox's own alone
 */
record ClassCache(Path file, Optional<Path> packageFile) {}
