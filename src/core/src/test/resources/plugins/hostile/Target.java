package plugins.hostile;

import java.nio.file.*;
import java.util.*;

/** What the host shows the attacker: the best that it could have found out. */
record Target(long host, Path treasure, Path outside, String socket, Path jar, List<String> foreignCalls) {

    @SuppressWarnings("unchecked")
    static Target of(Map<String, Object> params) {
        return new Target(
                ((Number) params.get("host")).longValue(),
                Path.of((String) params.get("treasure")),
                Path.of((String) params.get("outside")),
                (String) params.get("socket"),
                Path.of((String) params.get("jar")),
                (List<String>) params.get("foreignCalls"));
    }
}
