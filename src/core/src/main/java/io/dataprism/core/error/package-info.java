/**
 * Errors: one type, many codes. {@link io.dataprism.core.error.ErrorCode} lists the stable codes of the contract with their
 * HTTP status, category and whether a retry can help; {@link io.dataprism.core.error.DataPrismException} carries one, with the
 * offender, the value found and the way out, and is the same on the bus ({@code toJson} / {@code fromJson}) and over HTTP
 * (RFC 9457). Callers: everybody. No threads of its own.
 */
@NullMarked
package io.dataprism.core.error;

import org.jspecify.annotations.NullMarked;
