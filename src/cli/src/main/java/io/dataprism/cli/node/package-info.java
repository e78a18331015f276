/**
 * What commands about a running node share: which node, as whom, and how its answers and refusals are printed. Everything goes
 * through {@link io.dataprism.client.DataPrism}; what the node refuses is printed with its hint and ends with exit code 1, a
 * node that cannot be reached with 2. Texts that come from plugins are printed without control characters, so that none can
 * write to the operator's terminal what it likes.
 */
@NullMarked
package io.dataprism.cli.node;

import org.jspecify.annotations.NullMarked;
