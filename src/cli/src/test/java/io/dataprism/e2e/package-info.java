/**
 * The service from outside: tests that start {@code ./dataprism serve} as a process and use it over HTTP, SSE and WebSocket
 * only, with plugins that are compiled when the tests run.
 */
package io.dataprism.e2e;
