package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Those who follow over one connection, by id, and what a node says to each. On the connection's loop. */
final class Followers {

    private final Map<String, Follower> byId = new LinkedHashMap<>();

    boolean isEmpty() {
        return byId.isEmpty();
    }

    boolean has(Follower follower) {
        return byId.get(follower.id()) == follower;
    }

    void add(Follower follower) {
        byId.put(follower.id(), follower);
    }

    /** Whether it was there. */
    boolean remove(Follower follower) {
        return byId.remove(follower.id(), follower);
    }

    /** Begins all of them on a connection that is new. */
    void subscribe(Outbox outbox) {
        for (Follower follower : List.copyOf(byId.values())) {
            outbox.send(follower.subscribe());
        }
    }

    /** Lets the node send what the reader has asked for since. */
    void demand(Follower follower, Outbox outbox) {
        String frame = has(follower) ? follower.demand() : null;
        if (frame != null) {
            outbox.send(frame);
        }
    }

    /** What the node says; what is for nobody, such as a pong or an event for one that has left, is left out. */
    void hear(JsonNode frame, Outbox outbox) {
        Follower follower = byId.get(frame.path("id").asText());
        if (follower == null) {
            return;
        }
        try {
            hear(follower, frame);
            demand(follower, outbox);
        } catch (ClientException failure) {
            outbox.send(follower.unsubscribe());
            drop(follower, failure);
        }
    }

    private void hear(Follower follower, JsonNode frame) {
        switch (frame.path("op").asText()) {
            case "subscribed" -> follower.begun(frame.path("cursor").asText());
            case "event" -> follower.take(new Event(frame.path("cursor").asText(), frame.path("event")));
            case "gap" ->
                follower.take(new Gap(
                        frame.path("from").asText(),
                        frame.path("to").asText(),
                        frame.path("reason").asText()));
            case "error" -> drop(follower, new ProblemException(frame.path("problem"), null));
            default -> {} // what later nodes say
        }
    }

    private void drop(Follower follower, ClientException cause) {
        byId.remove(follower.id());
        follower.fail(cause);
    }

    /** Ends all, behind what came. */
    void fail(ClientException cause) {
        List<Follower> all = List.copyOf(byId.values());
        byId.clear();
        all.forEach(follower -> follower.fail(cause));
    }
}
