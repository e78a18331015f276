package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client that is closed while others still ask it. */
class ClosedClientTest {

    private static final URI NOBODY = URI.create("http://127.0.0.1:1");

    private final CountDownLatch loopIsBusy = new CountDownLatch(1);
    private final CountDownLatch loopIsFree = new CountDownLatch(1);

    /** What comes behind the end on the loop is dropped with it, and must be told all the same. */
    @Test
    void everySubscriberHearsAnEnd() throws Exception {
        Mono<String> slowToken = Mono.fromCallable(() -> {
            loopIsBusy.countDown();
            loopIsFree.await(20, TimeUnit.SECONDS);
            return "token";
        });
        DataPrism client = DataPrism.connect(NOBODY, slowToken, Patience.usual());
        CompletableFuture<Throwable> before = end(client.query("SELECT 1"));
        assertThat(loopIsBusy.await(20, TimeUnit.SECONDS)).isTrue();
        client.close();
        CompletableFuture<Throwable> query = end(client.query("SELECT 1"));
        CompletableFuture<Throwable> events = end(client.events(Subscription.to("team:*")));
        loopIsFree.countDown();

        assertThat(before.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionException.class);
        assertThat(query.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionException.class);
        assertThat(events.get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionException.class);
        assertThat(end(client.query("SELECT 1")).get(20, TimeUnit.SECONDS)).isInstanceOf(ConnectionException.class);
    }

    private static CompletableFuture<Throwable> end(Flux<?> flux) {
        CompletableFuture<Throwable> end = new CompletableFuture<>();
        flux.subscribe(next -> {}, end::complete, () -> end.complete(new AssertionError("it was complete")));
        return end;
    }
}
