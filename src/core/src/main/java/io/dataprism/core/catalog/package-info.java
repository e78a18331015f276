/**
 * What this node knows about plugins, and keeps: packages in a content-addressed {@link
 * io.dataprism.core.catalog.PackageStore}, and one {@link io.dataprism.core.catalog.CatalogEntry} for each plugin in the
 * {@link io.dataprism.core.catalog.Catalog}.
 *
 * <p>Reading is from memory and may be done on any thread. Writing blocks on the disk: each entry is written whole to a
 * temporary file, forced, and renamed, so that a crash leaves the old one or the new one. A file that cannot be read at start
 * is put aside with a line in the log; the rest goes on.
 *
 * <p>In a cluster a change is made first where all nodes have it ({@code SharedEntries}), in turn ({@code CatalogTurns}), and then in this
 * node's files; what others change comes by itself. A package that is registered is on a second node before that, and one that
 * is not here yet is fetched when it is needed.
 */
@NullMarked
package io.dataprism.core.catalog;

import org.jspecify.annotations.NullMarked;
