package io.dataprism.load.history;

import java.util.ArrayList;
import java.util.List;

/** Nothing is lost but where a fault takes more than there are copies, or cuts a follower's node off. */
record GapsWhereAllowed() implements Invariant {

    @Override
    public String promise() {
        return "gaps are told only where something can have been lost";
    }

    @Override
    public List<String> violations(History history) {
        List<String> violations = new ArrayList<>();
        history.followed()
                .forEach((follower, items) -> items.stream()
                        .filter(Item.Gap.class::isInstance)
                        .filter(gap -> history.troubles().stream()
                                .noneMatch(trouble -> trouble.gaps() && trouble.covers(gap.atMillis(), gap.atMillis())))
                        .forEach(gap -> violations.add(follower + " was told " + gap)));
        return violations;
    }
}
