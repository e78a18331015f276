/**
 * The event bus of a node: where things are ({@link io.dataprism.bus.Addresses}), who is calling ({@link
 * io.dataprism.bus.CallerContext}), how failures cross it ({@link io.dataprism.bus.Replies}), and who may send what ({@link
 * io.dataprism.bus.PermissionInterceptors}). Between nodes there are few addresses, for each node those under {@code dataprism.node.<id>};
 * what else such a message is for stands in a header that the interceptors read as its address ({@code LogicalAddress}).
 *
 * <p>Everything may be used on any thread and nothing blocks. What is sent from a thread that belongs to no deployment and
 * acts for nobody is refused.
 */
@NullMarked
package io.dataprism.bus;

import org.jspecify.annotations.NullMarked;
