/**
 * The event feed of a node and {@link io.dataprism.event.EventService}.
 */
@NullMarked
package io.dataprism.event;

import org.jspecify.annotations.NullMarked;
