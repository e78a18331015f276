/**
 * The rows of {@code bench plugins}, and what they share: a node that is called from inside, a service that is called over HTTP, and
 * the peers. Rows block for minutes, one at a time.
 */
@NullMarked
package io.dataprism.load.pluginrow;

import org.jspecify.annotations.NullMarked;
