package io.dataprism.load.measure;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How long each of some calls took. One thread at a time. */
public final class CallTimes {

    private static final double NANOS_OF_A_MICRO = 1e3;
    private static final String FRAME = "{\"text\":\"\",\"number\":12345}";

    private final long[] nanos;
    private int begun;
    private int ended;
    private long wall;

    /** @param times how many calls there will be */
    public CallTimes(int times) {
        this.nanos = new long[times];
    }

    /** A JSON object of about so many bytes: a text and a number. */
    public static String payload(int bytes) {
        return "{\"text\":\""
                + "abcdefgh"
                        .repeat(Math.max(0, bytes - FRAME.length()) / 8 + 1)
                        .substring(0, Math.max(0, bytes - FRAME.length()))
                + "\",\"number\":12345}";
    }

    /** Takes the next call; false where all have begun. */
    public boolean begin() {
        return begun < nanos.length && ++begun > 0;
    }

    /** Notes an answer; whether it was the last. */
    public boolean end(long took) {
        nanos[ended++] = took;
        return ended == nanos.length;
    }

    /** All of them together. */
    public CallTimes took(long wallNanos) {
        wall = wallNanos;
        return this;
    }

    /** As an answer of a process; {@link #micros} and {@link #perSecond} read it. */
    public Map<String, Object> toAnswer() {
        return Map.of("wall", wall, "nanos", nanos);
    }

    /** Each time, in microseconds. */
    public static List<Double> micros(JsonNode answer) {
        List<Double> micros = new ArrayList<>();
        answer.path("nanos").forEach(each -> micros.add(each.asLong() / NANOS_OF_A_MICRO));
        return micros;
    }

    /** Of all together. */
    public static Measured measured(JsonNode answer) {
        return new Measured(answer.path("nanos").size(), 0, answer.path("wall").asLong(), 0);
    }

    @Override
    public String toString() {
        return Arrays.toString(nanos);
    }
}
