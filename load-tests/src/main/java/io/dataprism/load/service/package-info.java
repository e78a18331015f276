/**
 * The service as a client sees it: {@code ./dataprism serve} in a process of its own, and a blocking HTTP client that does as little
 * as it can, so that it does not become what is measured. One thread for each connection.
 */
@NullMarked
package io.dataprism.load.service;

import org.jspecify.annotations.NullMarked;
