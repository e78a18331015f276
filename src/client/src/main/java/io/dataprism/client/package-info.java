/**
 * The client of DataPrism for Java: what a node does, as Reactor's types.
 *
 * <pre>{@code
 * try (DataPrism client = DataPrism.connect(URI.create("http://127.0.0.1:8080"), token)) {
 *     client.query("SELECT origin, avg(delay) FROM flights WHERE delay > ? GROUP BY origin", 15)
 *             .doOnNext(batch -> {
 *                 try (batch) {
 *                     System.out.print(batch.root().contentToTSVString());
 *                 }
 *             })
 *             .blockLast();
 *
 *     client.events(Subscription.to("plugin:**"), gap -> System.err.println("lost: " + gap))
 *             .doOnNext(event -> System.out.println(event.topic() + " " + event.data()))
 *             .blockLast(); // until the token ends, through restarts of the node
 * }
 * }</pre>
 *
 * <h2>Guarantees</h2>
 *
 * An event is delivered once and in order; what is lost is told as a {@link io.dataprism.client.Gap} before the next one. All
 * subscriptions share one WebSocket. When it is lost, each goes on behind its own cursor over a new one; the waits between
 * attempts are random below a bound that doubles, from 100 ms to 30 s, and a node that names a wait is given it. A reader
 * gets what it has requested and never more; its demand is the credit of the node.
 *
 * <p>Batches are Arrow vectors outside the heap: whoever gets one closes it. Those that nobody will get, after a cancel or a
 * failure, the client closes. Each stream of batches has a connection of its own, so that a slow one holds up nothing else;
 * it is not repeated by itself when that is lost.
 *
 * <h2>Bounds</h2>
 *
 * A subscription has at most its window of events on their way or waiting (256), a stream of batches 4, a frame 256 MiB, a
 * single answer 64 MiB, what waits to be sent on a connection 4096 frames. {@link io.dataprism.client.Patience} has the waits.
 *
 * <h2>Threads</h2>
 *
 * One daemon thread for each client keeps the state of its connections. Readers of events and batches are called on virtual
 * threads and may block.
 *
 * <h2>Failures</h2>
 *
 * {@link io.dataprism.client.ProblemException} is what a node refuses or fails at, {@link io.dataprism.client.ConnectionException}
 * a node that is not there; both say whether to try again. A token that ends, ends what it opened, unless there is a newer one.
 */
@NullMarked
package io.dataprism.client;

import org.jspecify.annotations.NullMarked;
