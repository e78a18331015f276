package io.dataprism.load.row;

import io.dataprism.load.child.Answers;
import io.dataprism.load.child.Child;
import io.dataprism.load.data.Table;
import io.dataprism.load.measure.Duel;
import io.dataprism.load.measure.Goal;
import io.dataprism.load.measure.Outcome;
import io.dataprism.load.measure.Row;
import io.dataprism.load.node.SoloNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Batches to a {@code Flux} in the same node, against a bare loop over DuckDB's export in the same process. */
public final class FluxRow implements Row<Bench> {

    private static final Goal GOAL = new Goal.AtLeast(0.95);

    @Override
    public String name() {
        return "flux";
    }

    @Override
    public List<Outcome> measure(Bench bench) throws Exception {
        List<String> command = bench.jvm()
                .command(
                        name(),
                        bench.jvm().serviceClassPath(),
                        SoloNode.class,
                        List.of(),
                        bench.folder("solo").toString());
        List<Outcome> outcomes = new ArrayList<>();
        try (Child node = Child.start("solo", command)) {
            for (Table table : bench.tables()) {
                node.ask(Map.of("load", table.name(), "file", table.parquet().toString()));
                Duel duel = Duel.fight(
                        Bench.WARM_UPS, bench.rounds(), side(node, "flux", table), side(node, "bare", table));
                outcomes.add(Outcome.of(name(), table.name(), "rows/s", duel, GOAL, Map.of()));
            }
        }
        return outcomes;
    }

    private static Duel.Side side(Child node, String way, Table table) {
        Duel.Side once = () -> Answers.measured(node.ask(Map.of(way, table.scan())));
        return once.times(table.repeats());
    }
}
