package io.dataprism.cli.events;

import io.dataprism.cli.CannotBegin;
import io.dataprism.cli.Refused;
import io.dataprism.cli.node.NodeOptions;
import io.dataprism.cli.node.Texts;
import io.dataprism.client.DataPrism;
import io.dataprism.client.Event;
import io.dataprism.client.Gap;
import io.dataprism.client.Signal;
import io.dataprism.client.Subscription;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Follows events until Ctrl-C, or until nobody reads what is printed. */
@Command(
        name = "tail",
        description = "Prints events as they come, also after a restart of the node, until Ctrl-C.",
        mixinStandardHelpOptions = true)
final class TailCommand implements Callable<Integer> {

    @Mixin
    private NodeOptions options;

    @Option(
            names = "--topic",
            required = true,
            description = "Topics to follow, such as 'plugin:**'; may be given several times.")
    private List<String> topics = List.of();

    @Option(names = "--cursor", description = "Begin behind it.")
    private @Nullable String cursor;

    @Option(names = "--from", description = "latest (default), or earliest: with the oldest event that is kept.")
    private @Nullable String from;

    private @Nullable String last;

    @SuppressWarnings("NullAway.Init")
    TailCommand() {}

    @Override
    public Integer call() throws CannotBegin, Refused {
        Subscription subscription = subscription();
        Sinks.Empty<Void> told = Sinks.empty();
        for (String signal : List.of("INT", "TERM")) {
            sun.misc.Signal.handle(new sun.misc.Signal(signal), ignored -> told.tryEmitEmpty());
        }
        options.with(node -> follow(node, subscription, told.asMono()));
        if (last != null) {
            options.note("to go on behind the last event: --cursor " + last);
        }
        return 0;
    }

    /** Asks for the node first: one that is not there at all is not waited for. */
    private void follow(DataPrism node, Subscription subscription, Mono<Void> told) {
        node.status()
                .thenMany(node.signals(subscription))
                .takeUntilOther(told)
                .doOnNext(this::print)
                .takeUntil(printed -> options.out().checkError())
                .blockLast();
    }

    private void print(Signal signal) {
        last = signal.cursor();
        switch (signal) {
            case Event event -> options.print(options.json() ? event.document().toString() : plain(event));
            case Gap gap ->
                options.note("events are lost here (" + gap.reason() + "), from " + gap.from() + " to " + gap.to());
        }
    }

    private static String plain(Event event) {
        return Texts.shown(event.document().path("time")) + " " + event.topic() + " " + Texts.shown(event.data());
    }

    private Subscription subscription() throws CannotBegin {
        Subscription subscription = Subscription.to(topics.toArray(String[]::new));
        if (cursor != null) {
            subscription = subscription.after(cursor);
        }
        return switch (from == null ? "latest" : from) {
            case "latest" -> subscription;
            case "earliest" -> subscription.fromEarliest();
            default -> throw new CannotBegin("--from is '" + from + "': give latest or earliest.");
        };
    }
}
