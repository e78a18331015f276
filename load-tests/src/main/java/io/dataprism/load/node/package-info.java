/**
 * Nodes without a gateway, in processes of their own: the engine behind the bus as a plugin sees it, alone and as two members of a
 * cluster. The class path is that of the distribution.
 */
@NullMarked
package io.dataprism.load.node;

import org.jspecify.annotations.NullMarked;
