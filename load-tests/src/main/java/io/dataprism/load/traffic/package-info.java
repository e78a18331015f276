/**
 * Clients of a cluster that take down what they see: calls at times fixed beforehand, publishers, followers that resume with their cursor at
 * another gateway, queries, operators. All of it runs on one event loop of its own, whose thread alone touches the state of clients.
 *
 * <p>A client goes to another gateway when its own refuses connections, breaks one, or says that it is draining, and never because of an
 * answer that it does not like. Like a load balancer it asks each gateway whether it is ready.
 */
@NullMarked
package io.dataprism.load.traffic;

import org.jspecify.annotations.NullMarked;
