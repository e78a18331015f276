package io.dataprism.cluster.blob;

import io.dataprism.cluster.Member;
import io.dataprism.cluster.Members;
import io.dataprism.cluster.NodeStates;
import io.dataprism.cluster.Role;
import io.dataprism.core.dataset.ShownTables;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What nodes say of the versions of tables that their queries see: the section {@value #SECTION} of what they say of themselves,
 * {@code {"<table>": <version>}}. Any thread; waiting blocks.
 */
public final class TableVersions implements ShownTables {

    /** The section. */
    public static final String SECTION = "tables";

    private static final Logger LOG = LoggerFactory.getLogger(TableVersions.class);

    /** Of a section, which takes 1 MiB. Nobody waits for tables beyond that. */
    private static final int LIMIT_BYTES = 900 << 10;

    private static final int BYTES_EACH = 25;

    /** After this who was late is given another chance, whether it has caught up or not: the table may be gone. */
    private static final Duration FORGIVEN = Duration.ofMinutes(1);

    private record Lateness(String table, LongPredicate seen, long untilNanos) {}

    private final Members members;
    private final NodeStates states;
    private final Object news = new Object();
    private final Map<String, Lateness> late = new ConcurrentHashMap<>();
    private final LongAdder lateCount = new LongAdder();
    private Map<String, Long> last = Map.of();

    public TableVersions(Members members, NodeStates states) {
        this.members = members;
        this.states = states;
        states.onChange(SECTION, node -> tell());
        members.onChange(this::tell);
    }

    private void tell() {
        synchronized (news) {
            news.notifyAll();
        }
    }

    @Override
    public synchronized void show(Map<String, Long> versions) {
        if (!versions.equals(last)) {
            last = Map.copyOf(versions);
            JsonObject section = new JsonObject();
            int bytes = 0;
            for (Map.Entry<String, Long> each : new TreeMap<>(versions).entrySet()) {
                bytes += each.getKey().length() + BYTES_EACH;
                if (bytes > LIMIT_BYTES) {
                    LOG.warn(
                            "There are too many tables for others to hear of all; changes from {} on are not waited for",
                            each.getKey());
                    break;
                }
                section.put(each.getKey(), each.getValue());
            }
            states.publish(SECTION, section);
        }
    }

    @Override
    public boolean await(String table, LongPredicate seen, Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        synchronized (news) {
            while (true) {
                List<String> behind = behind(table, seen);
                long left = end - System.nanoTime();
                if (behind.isEmpty() || left <= 0) {
                    behind.forEach(
                            node -> beLate(node, new Lateness(table, seen, System.nanoTime() + FORGIVEN.toNanos())));
                    return behind.isEmpty();
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(news, left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return false;
                }
            }
        }
    }

    /** Who has tables and does not see it yet, but for those that were late and have not caught up. */
    private List<String> behind(String table, LongPredicate seen) {
        String self = members.self().id();
        List<String> others = members.all().stream()
                .filter(member ->
                        member.roles().contains(Role.ENGINE) && !member.id().equals(self))
                .map(Member::id)
                .toList();
        late.keySet().retainAll(others);
        late.entrySet().removeIf(each -> isOver(each.getKey(), each.getValue()));
        return others.stream()
                .filter(node -> !late.containsKey(node) && !sees(node, table, seen))
                .toList();
    }

    private boolean isOver(String node, Lateness what) {
        return what.untilNanos() - System.nanoTime() <= 0 || sees(node, what.table(), what.seen());
    }

    private boolean sees(String node, String table, LongPredicate seen) {
        return seen.test(states.of(node, SECTION).getLong(table, NONE));
    }

    private void beLate(String node, Lateness what) {
        lateCount.increment();
        late.put(node, what);
        LOG.warn(
                "Node {} has not come to see the change of table {} in time, and is not waited for until it has",
                node,
                what.table());
    }

    /** How often a node has not come to see a change in time. */
    public long late() {
        return lateCount.sum();
    }
}
