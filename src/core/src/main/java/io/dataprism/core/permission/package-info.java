/**
 * Who may do what. {@link io.dataprism.core.permission.Principal} says who speaks, {@link io.dataprism.core.permission.Caller}
 * on whose behalf, {@link io.dataprism.core.permission.Permission} what is asked or granted, and
 * {@link io.dataprism.core.permission.PermissionTable} which address of the bus needs what. Everything here is an immutable
 * value and may be used on any thread; nothing blocks. Default is deny.
 */
@NullMarked
package io.dataprism.core.permission;

import org.jspecify.annotations.NullMarked;
