/**
 * The host's services for plugins, each a class behind addresses of {@code dataprism.service.*}: {@link
 * io.dataprism.service.ServicesVerticle} puts them on the bus.
 *
 * <p>Guarantees: a request has passed the permission interceptors before it arrives; what needs the body (keys, hosts) is
 * checked here against the scopes that they sent, and a refusal is audited as theirs are. Services know plugins by the
 * sender of the message and never by what the body says.
 *
 * <p>Threads: requests arrive on the verticle's event loop, which never blocks; files and name resolution are for workers.
 * Failures are {@link io.dataprism.core.error.DataPrismException}; nothing fails without an answer.
 */
@NullMarked
package io.dataprism.service;

import org.jspecify.annotations.NullMarked;
