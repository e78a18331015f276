package io.dataprism.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A node behind the outer edge: its log, its credit and its faults, on one thread and without a clock. */
final class FakeNode implements Wire {

    /** How it answers who connects. */
    enum Door {
        OPEN,
        UNREACHABLE,
        OVERLOADED,
        FOREVER_OPENING
    }

    static final Duration OVERLOADED_FOR = Duration.ofSeconds(3);

    final List<String> tokens = new ArrayList<>();
    final List<String> frames = new ArrayList<>();
    Door door = Door.OPEN;
    String goodToken = "good";
    int opened;
    /** The greatest number of events that it was let send at once. */
    long mostCredit;

    private final List<String> log = new ArrayList<>();
    private int epoch;
    private int kept;
    private FakeLine line;

    @Override
    public CompletionStage<Line> open(String token, Listener listener) {
        tokens.add(token);
        return switch (door) {
            case UNREACHABLE -> CompletableFuture.failedFuture(ConnectionException.lost("nobody there", null));
            case OVERLOADED ->
                CompletableFuture.failedFuture(ProblemException.of(503, "OVERLOADED", "", "", OVERLOADED_FOR));
            case FOREVER_OPENING -> new CompletableFuture<>();
            case OPEN -> {
                if (!token.equals(goodToken)) {
                    yield CompletableFuture.failedFuture(ProblemException.unauthenticated("unknown"));
                }
                opened++;
                line = new FakeLine(listener);
                yield CompletableFuture.completedFuture(line);
            }
        };
    }

    void publish(String data) {
        log.add(data);
        pump();
    }

    /** The log is gone; the connection with it. */
    void restart() {
        epoch++;
        log.clear();
        kept = 0;
        lose();
    }

    /** The oldest events are kept no longer. */
    void trim() {
        kept = log.size();
    }

    /** The connection breaks without a word. */
    void lose() {
        if (line != null && !line.mute) {
            FakeLine lost = line;
            line = null;
            lost.listener.broken(new IOException("reset"));
        }
    }

    void close(int code, String reason) {
        if (line != null && !line.mute) {
            FakeLine lost = line;
            line = null;
            lost.listener.closed(code, reason);
        }
    }

    /** Refuses what is open under an id. */
    void refuse(String id, ProblemException problem) {
        ObjectNode frame = Answers.JSON.createObjectNode().put("op", "error").put("id", id);
        frame.set("problem", problem.document());
        line.tell(frame);
    }

    /** Its connection is half open from now on: nothing goes through any more, and nobody is told. */
    void mute() {
        if (line != null) {
            line.mute = true;
        }
    }

    /** What was sent last comes once more. */
    void repeat() {
        if (line != null && !line.mute) {
            line.repeat();
        }
    }

    boolean isConnected() {
        return line != null;
    }

    private void pump() {
        if (line != null && !line.mute) {
            line.pump();
        }
    }

    static JsonNode json(String text) {
        try {
            return Answers.JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }

    private static final class Reader {
        int next;
        long sent;
        long demand;
        boolean gap;
        String gapFrom = "";
        String last = "";
    }

    private final class FakeLine implements Line {
        private final Listener listener;
        private final Map<String, Reader> readers = new LinkedHashMap<>();
        private boolean mute;

        FakeLine(Listener listener) {
            this.listener = listener;
        }

        @Override
        public CompletionStage<?> send(String text) {
            frames.add(text);
            if (!mute && line == this) {
                JsonNode frame = json(text);
                String id = frame.path("id").asText();
                switch (frame.path("op").asText()) {
                    case "subscribe" -> subscribe(id, frame);
                    case "demand" -> {
                        Reader reader = readers.get(id);
                        if (reader != null) {
                            reader.demand =
                                    Math.max(reader.demand, frame.path("total").asLong());
                            mostCredit = Math.max(mostCredit, reader.demand - reader.sent);
                        }
                        pump();
                    }
                    case "unsubscribe" -> readers.remove(id);
                    case "ping" -> tell(Answers.JSON.createObjectNode().put("op", "pong"));
                    default -> throw new AssertionError(text);
                }
            }
            return CompletableFuture.completedFuture(null);
        }

        private void subscribe(String id, JsonNode frame) {
            Reader reader = new Reader();
            reader.demand = frame.path("demand").asLong();
            String cursor = frame.path("cursor").asText("");
            if (cursor.isEmpty()) {
                reader.next = frame.path("from").asText().equals("earliest") ? kept : log.size();
            } else {
                String[] place = cursor.split("-");
                boolean known = Integer.parseInt(place[0]) == epoch && Integer.parseInt(place[1]) >= kept;
                reader.next = known ? Integer.parseInt(place[1]) : kept;
                reader.gap = !known;
                reader.gapFrom = cursor;
            }
            readers.put(id, reader);
            mostCredit = Math.max(mostCredit, reader.demand);
            tell(Answers.JSON
                    .createObjectNode()
                    .put("op", "subscribed")
                    .put("id", id)
                    .put("cursor", cursor.isEmpty() ? cursor(reader.next) : cursor));
            pump();
        }

        private void pump() {
            for (String id : List.copyOf(readers.keySet())) {
                Reader reader = readers.get(id);
                while (line == this && readers.get(id) == reader && reader.sent < reader.demand) {
                    if (reader.gap) {
                        reader.gap = false;
                        tell(frame("gap", id)
                                .put("from", reader.gapFrom)
                                .put("to", cursor(reader.next))
                                .put("reason", "epoch"));
                    }
                    if (reader.next >= log.size()) {
                        break;
                    }
                    reader.sent++;
                    reader.last = event(id, reader.next++);
                    tell(json(reader.last));
                }
            }
        }

        void repeat() {
            for (Reader reader : readers.values()) {
                if (!reader.last.isEmpty() && reader.sent < reader.demand) {
                    reader.sent++;
                    tell(json(reader.last));
                }
            }
        }

        private String event(String id, int place) {
            ObjectNode event = Answers.JSON
                    .createObjectNode()
                    .put("subject", "team:news")
                    .put("sequence", "%020d".formatted(place))
                    .put("epoch", Integer.toString(epoch))
                    .put("data", log.get(place));
            ObjectNode frame = frame("event", id).put("cursor", cursor(place + 1));
            frame.set("event", event);
            return frame.toString();
        }

        private String cursor(int place) {
            return epoch + "-" + place;
        }

        private ObjectNode frame(String op, String id) {
            return Answers.JSON.createObjectNode().put("op", op).put("id", id);
        }

        private void tell(JsonNode frame) {
            listener.heard();
            listener.text(frame.toString());
        }

        @Override
        public void end() {
            readers.clear();
            if (line == this) {
                line = null;
            }
        }
    }
}
