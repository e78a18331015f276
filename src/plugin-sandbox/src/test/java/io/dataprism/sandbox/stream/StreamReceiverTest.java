package io.dataprism.sandbox.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The order in which a receiver tells its subscriber. What is told is told at once, on the thread that feeds it. */
class StreamReceiverTest {

    private final List<Integer> released = new ArrayList<>();
    private final StreamReceiver<Integer> receiver =
            new StreamReceiver<>(1, total -> {}, Runnable::run, released::add, () -> {});

    /** The receiver, to a subscriber that is held up in the middle of its subscription while something comes. */
    private Publisher<Integer> heldUp(Runnable comes) {
        return subscriber -> receiver.subscribe(new Subscriber<>() {

            @Override
            public void onSubscribe(Subscription subscription) {
                comes.run();
                subscriber.onSubscribe(subscription);
            }

            @Override
            public void onNext(Integer item) {
                subscriber.onNext(item);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }

    @Test
    void aRefusalThatIsQuickerThanItsSubscriptionIsToldAfterIt() {
        List<Object> told = new ArrayList<>();
        Flux.from(heldUp(() -> receiver.fail(new IllegalStateException("refused"))))
                .reduce(0, Integer::sum)
                .cast(Object.class)
                .onErrorResume(refusal -> Mono.just(String.valueOf(refusal.getMessage())))
                .subscribe(told::add);
        assertThat(told).containsExactly("refused");
    }

    @Test
    void anEndThatIsQuickerThanItsSubscriptionIsToldAfterIt() {
        List<Object> told = new ArrayList<>();
        Flux.from(heldUp(() -> receiver.end(0)))
                .count()
                .map(count -> "none of " + count)
                .subscribe(told::add);
        assertThat(told).containsExactly("none of 0");
    }

    @Test
    void whoCancelsAsItSubscribesHearsNothingAndWhatComesIsReleased() {
        List<Object> told = new ArrayList<>();
        Flux.from(heldUp(() -> {
                    receiver.request(1);
                    receiver.next(7);
                    receiver.cancel();
                }))
                .subscribe(told::add, told::add, () -> told.add("end"));
        assertThat(told).isEmpty();
        assertThat(released).containsExactly(7);
    }

    @Test
    void aSecondSubscriberIsRefused() {
        Flux.from(receiver).subscribe();
        List<Throwable> failures = new ArrayList<>();
        Flux.from(receiver).subscribe(item -> {}, failures::add);
        assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatFliesPastTheOperatorsOfASubscriberEndsTheStreamForIt() {
        List<Throwable> failures = new ArrayList<>();
        Flux.from(receiver)
                .doOnNext(item -> {
                    throw new NoClassDefFoundError("of the subscriber");
                })
                .subscribe(item -> {}, failures::add);
        receiver.next(1);
        receiver.next(2);
        assertThat(failures).singleElement().isInstanceOf(NoClassDefFoundError.class);
        assertThat(released).containsExactly(2);
    }
}
