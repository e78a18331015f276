/**
 * The event bus of a node: who is calling ({@link io.dataprism.bus.CallerContext}), how failures cross it ({@link io.dataprism.bus.Replies}), and the permission interceptors.
 */
@NullMarked
package io.dataprism.bus;

import org.jspecify.annotations.NullMarked;
