package io.dataprism.load.eventrow;

import com.fasterxml.jackson.databind.JsonNode;
import io.dataprism.load.measure.Measured;
import java.io.IOException;

/**
 * What one run delivered.
 *
 * @param delivered to all subscribers; where there are none, what was acknowledged
 * @param published events
 * @param p50Micros of the time from publishing to receiving, in one of sixteen
 * @param answeredP50Micros of the time until the publisher had its answer
 * @param serverShare of one processor, that the server computed meanwhile
 * @param generatorShare the same of the generator
 * @param amiss what was lost, came twice or went wrong; empty: nothing
 * @param answer the last one that a publisher had
 */
record Heard(
        Measured delivered,
        long published,
        double p50Micros,
        double p99Micros,
        double mostMicros,
        double answeredP50Micros,
        double answeredP99Micros,
        double serverShare,
        double generatorShare,
        int messageBytes,
        String amiss,
        String answer) {

    /** @param wallNanos from question to answer */
    static Heard of(JsonNode answer, long cpuNanos, long generatorCpuNanos, long wallNanos) {
        long units = answer.path("units").asLong();
        int bytes = answer.path("messageBytes").asInt();
        JsonNode latency = answer.path("latency");
        JsonNode answered = answer.path("answered");
        return new Heard(
                new Measured(units, units * bytes, answer.path("nanos").asLong(), cpuNanos),
                answer.path("published").asLong(),
                latency.path("p50").asDouble(),
                latency.path("p99").asDouble(),
                latency.path("most").asDouble(),
                answered.path("p50").asDouble(),
                answered.path("p99").asDouble(),
                cpuNanos / (double) wallNanos,
                generatorCpuNanos / (double) wallNanos,
                bytes,
                amiss(answer),
                answer.path("answer").asText());
    }

    /** What an answer of the generator says went wrong. */
    static String amiss(JsonNode answer) {
        boolean inTime = answer.path("inTime").asBoolean();
        long lost = answer.path("lost").asLong();
        long doubled = answer.path("doubled").asLong();
        String trouble = answer.path("trouble").asText();
        if (inTime && lost == 0 && doubled == 0 && trouble.isEmpty()) {
            return "";
        }
        return lost + " events were lost, " + doubled + " came twice"
                + (inTime ? "" : ", not all had come 30 s after the last was published")
                + (trouble.isEmpty() ? "." : "; first trouble: " + trouble);
    }

    double publishedPerSecond() {
        return published * 1e9 / Math.max(1, delivered.nanos());
    }

    /** Fails where anything was amiss. */
    Heard require(Side side) throws IOException {
        if (!amiss.isEmpty()) {
            throw new IOException(side.name() + ": " + amiss);
        }
        return this;
    }
}
