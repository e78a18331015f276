package io.dataprism.load.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Which peers this machine has, as {@code load-tests/peers.sh} says.
 *
 * @param words of each that is there: where its parts lie
 * @param versions of each that is there
 * @param absent why, of each that is not
 */
public record EventPeers(Map<String, List<String>> words, Map<String, String> versions, Map<String, String> absent) {

    private static final long LIMIT_MINUTES = 5;

    public EventPeers {
        words = Map.copyOf(words);
        versions = Map.copyOf(versions);
        absent = Map.copyOf(absent);
    }

    /** Looks, and fetches what can be fetched without being asked. Blocks, minutes at most. */
    public static EventPeers look(Path root) throws IOException, InterruptedException {
        Process script = new ProcessBuilder(root.resolve("load-tests/peers.sh").toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!script.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
            script.destroyForcibly();
        }
        Map<String, List<String>> words = new HashMap<>();
        Map<String, String> versions = new HashMap<>();
        Map<String, String> absent = new HashMap<>();
        for (String line : said.lines().toList()) {
            List<String> parts = List.of(line.split("\t"));
            if (parts.get(1).equals("-")) {
                absent.put(parts.getFirst(), parts.getLast());
            } else {
                versions.put(parts.getFirst(), parts.get(1));
                words.put(parts.getFirst(), parts.subList(2, parts.size()));
            }
        }
        return new EventPeers(words, versions, absent);
    }

    /** What one of them is made of. */
    List<String> of(String name) {
        List<String> found = words.get(name);
        if (found == null) {
            throw new IllegalStateException("The peer " + name + " is absent: " + absent.get(name));
        }
        return found;
    }

    public boolean has(String name) {
        return words.containsKey(name);
    }

    /** Starts one that is there. */
    public EventPeer start(String name, EventPeer.Place place) throws IOException {
        List<String> parts = of(name);
        return switch (name) {
            case "nchan" -> EventPeer.nchan(place, parts.getFirst(), parts.getLast());
            case "nats" -> EventPeer.nats(place, parts.getFirst());
            default -> EventPeer.bun(place, parts.getFirst());
        };
    }
}
