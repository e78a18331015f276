/**
 * {@code ./dataprism tokens}: makes, lists and revokes the API tokens of a running node, over its HTTP contract and nothing else. A
 * token is printed once, alone on standard output, and is kept nowhere.
 */
@NullMarked
package io.dataprism.cli.tokens;

import org.jspecify.annotations.NullMarked;
