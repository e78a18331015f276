/**
 * Plugins, from the host's side: {@link io.dataprism.host.PluginHost} is the way in, one {@code PluginVerticle} stands for each
 * running instance and is the only door between it and the rest, and the {@code ReconcilerVerticle} makes what runs equal to
 * what the catalog wishes and what belongs on this node.
 *
 * <p>Where plugins belong, each node works out for itself from what all know ({@code PluginPlaces}); what it runs it says in the section
 * {@code plugins} of its state ({@code InstanceReports}). A node starts what is its own, and ends what is another's when that one has it
 * ({@code Residence}). Calls find the nearest instance, wait for one that is on its way, and go elsewhere where nothing of them was begun
 * ({@code PluginCalls}); from other nodes they come through {@code PluginDoor}. A node that is alone is a cluster of one.
 *
 * <p>Call on a Vert.x context; nothing blocks an event loop (packages are read on workers, and the catalog is written on threads of
 * its own: {@code CatalogChanges}).
 * Failures are {@link io.dataprism.core.error.DataPrismException}. What a child asks for reaches the bus through its {@code
 * ChildDoor}, speaks for the plugin on behalf of the call that it serves, and meets the permission interceptors there.
 */
@NullMarked
package io.dataprism.host;

import org.jspecify.annotations.NullMarked;
