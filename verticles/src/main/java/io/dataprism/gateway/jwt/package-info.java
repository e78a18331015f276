/**
 * JSON Web Tokens of other issuers: {@link io.dataprism.gateway.jwt.JwtAuthenticator} lets in who shows one that is signed by a
 * key of the configuration, and asks the next authenticator of everything that is no such token.
 *
 * <p>Guarantees: a key has one algorithm, by its kind, and a token that names another is refused, {@code none} included; a token
 * without an end, or after it, is refused to the second, and one from the future by more than 30 s; whatever is wrong is
 * {@code UNAUTHENTICATED} with words that hold nothing of the token. Keys are read again while the node runs: a file within
 * seconds of its change, an address every few minutes and, rarely, for a key that is not known; where that fails, the keys that
 * are there stay. What a key's tokens have opened ends with the key.
 *
 * <p>Signatures are checked on two threads of their own, and a token's only once while its key lasts, however many show
 * it at a time; at most so many wait, and beyond that the answer is {@code OVERLOADED}. Files are read on a worker. Nothing blocks an event loop.
 */
@NullMarked
package io.dataprism.gateway.jwt;

import org.jspecify.annotations.NullMarked;
