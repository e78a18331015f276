/**
 * Where the nodes of a cluster stand: on the loopback, or each in a network of its own that can be cut from the others while clients go
 * on reaching it. A cut is what unplugging a cable between two switches is: packets vanish, and nobody is told.
 *
 * <p>What is made in the kernel carries its owner in its name. It is taken away when the owner closes it, and otherwise by the next one
 * that looks.
 */
@NullMarked
package io.dataprism.load.cluster.site;

import org.jspecify.annotations.NullMarked;
