/**
 * Where instances of plugins belong: {@link io.dataprism.core.placement.Placement} answers the same on every node that looks at the same
 * facts, so that nobody has to decide for others.
 *
 * <p>Any thread; nothing blocks and nothing is kept.
 */
@NullMarked
package io.dataprism.core.placement;

import org.jspecify.annotations.NullMarked;
