package io.dataprism.cluster.member;

import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the bus is told of who listens at an address: of nodes that are members. The map that it is read from can bring back what was taken
 * out of it, when a copy that had missed that becomes the first; and a node that has begun again listens where its process before it did, so
 * that every other message would go to nobody. Any thread.
 */
final class LivingRegistrations implements RegistrationListener {

    private final Supplier<? extends List<String>> nodes;
    private final RegistrationListener bus;
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();

    /** @param nodes the bus's names of those that are members now */
    LivingRegistrations(Supplier<? extends List<String>> nodes, RegistrationListener bus) {
        this.nodes = nodes;
        this.bus = bus;
    }

    /** Those of members. */
    @Nullable
    List<RegistrationInfo> of(String address, @Nullable List<RegistrationInfo> found) {
        if (found == null) {
            return null;
        }
        List<RegistrationInfo> living = new ArrayList<>(found);
        List<String> members = nodes.get();
        if (living.removeIf(each -> !members.contains(each.nodeId()))) {
            hidden.add(address);
        }
        return living;
    }

    /** The addresses at which something was left out: a node whose registration came before it was known as a member may be among that. */
    Set<String> hidden() {
        return Set.copyOf(hidden);
    }

    /** One of them has been looked at again. */
    void lookedAgain(String address, List<RegistrationInfo> found) {
        hidden.remove(address);
        registrationsUpdated(new RegistrationUpdateEvent(address, found));
    }

    /** What an event and what a look has found may come at the same time; what came last is looked at once more. */
    @Override
    public synchronized void registrationsUpdated(RegistrationUpdateEvent event) {
        bus.registrationsUpdated(
                new RegistrationUpdateEvent(event.address(), of(event.address(), event.registrations())));
    }

    @Override
    public void registrationsLost() {
        bus.registrationsLost();
    }

    @Override
    public boolean wantsUpdatesFor(String address) {
        return bus.wantsUpdatesFor(address);
    }
}
