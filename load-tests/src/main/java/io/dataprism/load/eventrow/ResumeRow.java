package io.dataprism.load.eventrow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.measure.Samples;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A thousand subscribers that come back at once with one cursor, each a thousand events behind: from the first connection to the last
 * event. Each must have every event once.
 */
public final class ResumeRow implements Row<EventLab> {

    private static final Goal GOAL = new Goal.AtMost(5);
    private static final Pattern CURSOR = Pattern.compile("\"cursor\":\"([^\"]+)\"");
    private static final int SUBSCRIBERS = 1_000;
    private static final int EVENTS = 1_000;
    private static final int PUBLISH_LIMIT_MILLIS = 60_000;
    private static final double NANOS_OF_A_SECOND = 1e9;

    @Override
    public String name() {
        return "resume";
    }

    @Override
    public List<Outcome> measure(EventLab lab) throws Exception {
        int count = lab.count(SUBSCRIBERS, 20);
        List<Double> seconds = new ArrayList<>();
        List<Double> connected = new ArrayList<>();
        long cpuNanos = 0;
        Side side = lab.ours(Side.WEB_SOCKET);
        for (int round = 0; round < lab.rounds() + 1; round++) {
            try (Crowd crowd = lab.crowd(side, 1)) {
                Heard first = crowd.events(1, 1, PUBLISH_LIMIT_MILLIS).require(side);
                crowd.place(cursor(first.answer()));
                crowd.events(1, lab.count(EVENTS, 50), PUBLISH_LIMIT_MILLIS).require(side);
                long before = side.cpuNanos();
                JsonNode found = crowd.resume(count);
                require(found, (long) count * lab.count(EVENTS, 50));
                if (round > 0) {
                    cpuNanos += side.cpuNanos() - before;
                    seconds.add(found.path("nanos").asLong() / NANOS_OF_A_SECOND);
                    connected.add(found.path("connectNanos").asLong() / NANOS_OF_A_SECOND);
                }
            }
        }
        return List.of(outcome(count, lab.count(EVENTS, 50), seconds, connected, cpuNanos));
    }

    private static String cursor(String answer) throws IOException {
        Matcher found = CURSOR.matcher(answer);
        if (!found.find()) {
            throw new IOException("Publishing was answered without a cursor: " + answer);
        }
        return found.group(1);
    }

    private static void require(JsonNode found, long events) throws IOException {
        String amiss = Heard.amiss(found);
        if (!amiss.isEmpty() || found.path("units").asLong() != events) {
            throw new IOException("Of " + events + " events "
                    + found.path("units").asLong() + " came to those who resumed. " + amiss);
        }
    }

    private Outcome outcome(int count, int events, List<Double> seconds, List<Double> connected, long cpuNanos) {
        Samples took = Samples.of(seconds);
        return new Outcome(
                name(),
                count + " subscribers, each " + events + " events behind",
                "s",
                took.median(),
                null,
                took.median(),
                GOAL.text(),
                GOAL.isMetBy(took.most()),
                took.size(),
                Map.of("least", took.least(), "most", took.most()),
                Map.of(
                        "connectedSeconds",
                        Samples.of(connected).median(),
                        "cpuSecondsOfARound",
                        cpuNanos / NANOS_OF_A_SECOND / took.size(),
                        "met",
                        "the slowest round counts"));
    }
}
