package io.dataprism.load.fan;

import io.dataprism.load.child.Answers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The process of the load generator. Questions have {@code do} and {@code fan}, the name of what they are about:
 *
 * <ul>
 *   <li>{@code new}: a server, with {@code dialect}, {@code posting}, {@code port}, {@code postPort}, {@code token}, {@code prefix} and
 *       number of {@code topics}, and {@code sizeBytes} of an event's data.
 *   <li>{@code subscribe}: {@code count} more subscribers, {@code patterns} of them to patterns, {@code stalled} of them to stall later.
 *   <li>{@code retire}: {@code count} of the oldest subscribers leave, who must have had every event so far.
 *   <li>{@code stall}: those read nothing from now on.
 *   <li>{@code run}: {@code publishers} for {@code millis}, at {@code rate} a second or as fast as they can, {@code most} events.
 *   <li>{@code resume}: {@code count} subscribers from the cursor that {@code place} kept, until they have what was published since.
 *   <li>{@code close}: all of it.
 * </ul>
 */
public final class FanMain {

    private static final long RESUME_LIMIT_MILLIS = 60_000;

    private final Loop loop;
    private final Map<String, Target> targets = new HashMap<>();

    /** A server with its ways. */
    private record Target(Fan fan, Posting posting, int postPort) {}

    private FanMain(Loop loop) {
        this.loop = loop;
    }

    public static void main(String[] arguments) throws Exception {
        try (Loop loop = new Loop()) {
            FanMain main = new FanMain(loop);
            Answers.serve(Map.of(), main::answer);
        }
        System.exit(0);
    }

    private Map<String, Object> answer(Map<String, String> question) throws IOException {
        String name = question.getOrDefault("fan", "");
        String what = question.getOrDefault("do", "");
        if (what.equals("new")) {
            targets.put(name, target(question));
            return Map.of();
        }
        Target target = targets.get(name);
        if (target == null) {
            throw new IOException("There is no fan " + name + ".");
        }
        return switch (what) {
            case "subscribe" -> subscribe(target, question);
            case "retire" -> {
                target.fan.retire(number(question, "count"));
                loop.letGo();
                yield Map.of();
            }
            case "stall" -> {
                target.fan.stall();
                yield Map.of();
            }
            case "run" -> run(target, question);
            case "place" -> {
                target.fan.resumeFrom(question.getOrDefault("cursor", ""));
                yield Map.of();
            }
            case "resume" -> resume(target.fan, number(question, "count"));
            case "close" -> {
                target.fan.close();
                loop.letGo();
                targets.remove(name);
                yield Map.of();
            }
            default -> throw new IOException("The generator cannot do " + what + ".");
        };
    }

    private Target target(Map<String, String> question) {
        Topics topics = new Topics(question.getOrDefault("prefix", "bench"), number(question, "topics"));
        String token = question.getOrDefault("token", "");
        Dialect dialect = Dialect.of(question.getOrDefault("dialect", ""), token);
        Posting posting =
                Posting.of(question.getOrDefault("posting", ""), token, topics, number(question, "sizeBytes"));
        return new Target(
                new Fan(loop, dialect, number(question, "port"), topics), posting, number(question, "postPort"));
    }

    private Map<String, Object> subscribe(Target target, Map<String, String> question) throws IOException {
        int count = number(question, "count");
        target.fan.stallFrom(target.fan.size() + count - number(question, "stalled"));
        Opening opening = new Opening(target.fan, count, number(question, "patterns"));
        long nanos = opening.open();
        int probes = Math.min(Fan.PUBLISHERS_MOST, target.fan.topics().count());
        List<Publisher> publishers = publishers(target, probes, new Latencies());
        opening.probe(publishers);
        publishers.forEach(Connection::close);
        return Map.of("nanos", nanos, "messageBytes", target.fan.messageBytes());
    }

    private Map<String, Object> run(Target target, Map<String, String> question) throws IOException {
        Latencies answered = new Latencies();
        List<Publisher> publishers = publishers(target, number(question, "publishers"), answered);
        try {
            Run run = new Run(target.fan, publishers, answered);
            run.connect();
            return run.run(
                    number(question, "millis"),
                    Double.parseDouble(question.getOrDefault("rate", "0")),
                    number(question, "most"));
        } finally {
            publishers.forEach(Connection::close);
        }
    }

    private List<Publisher> publishers(Target target, int count, Latencies answered) throws IOException {
        List<Publisher> publishers = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            publishers.add(new Publisher(loop, target.postPort, number, target.posting, answered));
        }
        return publishers;
    }

    private Map<String, Object> resume(Fan fan, int count) throws IOException {
        long start = System.nanoTime();
        long connected = new Opening(fan, count, 0).open();
        boolean all = loop.until(fan::isAllReceived, () -> {}, RESUME_LIMIT_MILLIS, false);
        return Map.of(
                "nanos", (all ? fan.lastNanos() : System.nanoTime()) - start,
                "connectNanos", connected,
                "units", fan.received(),
                "inTime", all,
                "lost", fan.lost(),
                "doubled", fan.doubled(),
                "trouble", fan.trouble());
    }

    private static int number(Map<String, String> question, String name) {
        return Integer.parseInt(question.getOrDefault(name, "0"));
    }
}
