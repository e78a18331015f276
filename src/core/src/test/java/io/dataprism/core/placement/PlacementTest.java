package io.dataprism.core.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.dataprism.core.catalog.Rollout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacementTest {

    private static final Rollout ONCE = rollout(1);

    @Property
    void everybodyComesToTheSameConclusion(
            @ForAll("nodes") List<PlaceableNode> nodes, @ForAll @IntRange(max = 6) int replicas, @ForAll long seed) {
        List<PlaceableNode> shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(Placement.of("p-1", rollout(replicas), shuffled))
                .isEqualTo(Placement.of("p-1", rollout(replicas), nodes));
    }

    @Property
    void thereAreAsManyAsAskedForOrAsThereAreNodesEachOnItsOwn(
            @ForAll("nodes") List<PlaceableNode> nodes, @ForAll @IntRange(max = 12) int replicas) {
        List<String> placed = Placement.of("p-1", rollout(replicas), nodes);

        int asked = replicas == Rollout.EVERYWHERE ? nodes.size() : replicas;
        assertThat(placed).hasSize(Math.min(asked, nodes.size())).doesNotHaveDuplicates();
        assertThat(Placement.missing(rollout(replicas), placed)).isEqualTo(Math.max(0, asked - nodes.size()));
    }

    @Property
    void aNodeThatComesTakesWhatItGetsAndMovesNothingElse(
            @ForAll("nodes") List<PlaceableNode> nodes,
            @ForAll("node") PlaceableNode added,
            @ForAll @IntRange(max = 6) int replicas,
            @ForAll @IntRange(max = 500) int plugin) {
        List<PlaceableNode> others =
                nodes.stream().filter(node -> !node.id().equals(added.id())).toList();
        List<PlaceableNode> all = new ArrayList<>(others);
        all.add(added);
        Set<String> before = Set.copyOf(Placement.of("p-" + plugin, rollout(replicas), others));
        Set<String> after = Set.copyOf(Placement.of("p-" + plugin, rollout(replicas), all));

        Set<String> come = minus(after, before);
        Set<String> gone = minus(before, after);
        assertThat(come).isSubsetOf(added.id());
        assertThat(gone.size()).isLessThanOrEqualTo(come.size());
    }

    @Property
    void zonesAreSpreadOverBeforeTwoInstancesShareOne(
            @ForAll("nodes") List<PlaceableNode> nodes, @ForAll @IntRange(min = 1, max = 6) int replicas) {
        Map<String, String> fateOf = new HashMap<>();
        nodes.forEach(node -> fateOf.put(node.id(), node.fate()));
        List<String> placed = Placement.of("p-1", rollout(replicas), nodes);

        long fates = placed.stream().map(fateOf::get).distinct().count();
        assertThat(fates).isEqualTo(Math.min(placed.size(), new HashSet<>(fateOf.values()).size()));
    }

    @Test
    void loadIsSpreadEvenly() {
        List<PlaceableNode> nodes = IntStream.range(0, 5)
                .mapToObj(index -> new PlaceableNode("node-" + index, Map.of()))
                .toList();
        Map<String, Integer> count = new HashMap<>();
        for (int plugin = 0; plugin < 5_000; plugin++) {
            count.merge(Placement.of("plugin-" + plugin, ONCE, nodes).getFirst(), 1, Integer::sum);
        }

        assertThat(count.values())
                .hasSize(5)
                .allSatisfy(each -> assertThat(each).isCloseTo(1_000, within(150)));
    }

    @Test
    void onlyNodesWithAllLabelsAreChosen() {
        List<PlaceableNode> nodes = List.of(
                new PlaceableNode("a", Map.of("disk", "fast", "zone", "1")),
                new PlaceableNode("b", Map.of("disk", "slow")),
                new PlaceableNode("c", Map.of()));

        Rollout fast = new Rollout(false, null, null, Rollout.EVERYWHERE, Map.of("disk", "fast"));
        assertThat(Placement.of("p-1", fast, nodes)).containsExactly("a");
    }

    private static Rollout rollout(int replicas) {
        return new Rollout(false, null, null, replicas, Map.of());
    }

    private static Set<String> minus(Set<String> all, Set<String> less) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(less);
        return rest;
    }

    @Provide
    Arbitrary<List<PlaceableNode>> nodes() {
        return node().list().ofMaxSize(9).uniqueElements(PlaceableNode::id);
    }

    @Provide
    Arbitrary<PlaceableNode> node() {
        return Combinators.combine(Arbitraries.integers().between(0, 30), Arbitraries.of("a", "b", "c", ""))
                .as((id, zone) -> new PlaceableNode("n" + id, zone.isEmpty() ? Map.of() : Map.of("zone", zone)));
    }
}
