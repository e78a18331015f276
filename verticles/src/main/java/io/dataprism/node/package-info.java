/**
 * One node, put together.
 */
@NullMarked
package io.dataprism.node;

import org.jspecify.annotations.NullMarked;
