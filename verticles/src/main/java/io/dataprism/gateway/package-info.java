/**
 * The HTTP face: {@link io.dataprism.gateway.GatewayVerticle} serves the contract on every event loop. Routes live in classes
 * named after their part of the contract; each translates a request into one call of a service and its outcome into an answer.
 * What a request may hold is said, and checked, by the documents of {@code gateway.contract}.
 *
 * <p>Guarantees: every failure is a problem document of RFC 9457; a body is read within bounds of size and time; a result's
 * rows flow while the client reads them, and not otherwise; a client that goes away cancels what it asked for; what has failed
 * after its first byte never looks complete. Who calls is decided by {@link io.dataprism.gateway.Authenticator}, behind {@link
 * io.dataprism.gateway.SignIns}, who slows and sums up what fails; it is put on the
 * request's own context, and checked by role here and by the bus's interceptors behind. Everything runs on the request's event
 * loop, and nothing blocks it; rows alone are formatted and packed on threads of their own ({@code FormatThreads}).
 */
@NullMarked
package io.dataprism.gateway;

import org.jspecify.annotations.NullMarked;
