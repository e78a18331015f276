package io.dataprism.core.catalog;

import io.dataprism.core.catalog.EntryStore.Base;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One change after the other, each made in the cluster first, where there is one, and then here. What comes from the cluster meanwhile does not
 * wait for a change that is under way.
 */
final class CatalogTurns {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogTurns.class);

    /** How often a change is made anew because another node was faster. */
    private static final int ATTEMPTS = 8;

    private final EntryStore store;
    private final @Nullable SharedEntries shared;
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();
    private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();
    private final ReentrantLock changing = new ReentrantLock();

    /** What the cluster is still to hear of a name: what becomes of its entry there. */
    @FunctionalInterface
    interface Offer {

        CatalogEntry on(@Nullable CatalogEntry known);
    }

    /** @param shared null: the node is alone */
    CatalogTurns(EntryStore store, @Nullable SharedEntries shared) {
        this.store = store;
        this.shared = shared;
    }

    boolean isShared() {
        return shared != null;
    }

    void onChange(Consumer<String> listener) {
        listeners.add(listener);
    }

    /** Takes what the cluster knows, from now on too, and offers what it never knew. */
    void join() {
        if (shared == null) {
            return;
        }
        shared.listen(this::take);
        for (CatalogEntry entry : List.copyOf(store.all().values())) {
            if (!shared.isKnown(entry.name())) {
                offer(entry.name(), known -> known == null ? entry : known);
            }
        }
        offer();
    }

    private void take(String name, SharedEntries.Known known) {
        if (store.take(name, known)) {
            tell(name);
        }
    }

    private void tell(String name) {
        listeners.forEach(listener -> listener.accept(name));
    }

    /** From now on {@link #offer()} tries it. */
    void offer(String name, Offer offer) {
        offers.put(name, offer);
    }

    /** Brings to the cluster what could not be brought to it before. */
    void offer() {
        if (shared == null) {
            return;
        }
        offers.forEach((name, offer) -> {
            try {
                inTurn(name, true, base -> {
                    // what is here may be ahead of what the cluster knows under that revision
                    SharedEntries.Known known = shared.fresh(name);
                    CatalogEntry before = known == null ? null : known.entry();
                    if (known == null || before != null) {
                        CatalogEntry after = offer.on(before);
                        if (!after.equals(before)) {
                            store.keep(shared.put(after, base.revision()), after);
                        }
                    } // else it was unregistered in the cluster, and here with it
                    return offers.remove(name, offer);
                });
            } catch (DataPrismException failure) {
                LOG.debug("The plugin {} is offered to the cluster later", name, failure);
            }
        });
    }

    /**
     * Makes a change when no other is being made, on the entry as the cluster has it.
     *
     * @param anyway whether it is made on what is there then, where another node was faster
     */
    <T> T inTurn(String name, boolean anyway, Function<Base, T> change) {
        changing.lock();
        try {
            for (int attempt = 1; ; attempt++) {
                SharedEntries.Known known = shared == null ? null : shared.fresh(name);
                if (known != null) {
                    take(name, known);
                }
                try {
                    return change.apply(store.base(name));
                } catch (SharedEntries.Overtaken faster) {
                    if (!anyway || attempt == ATTEMPTS) {
                        throw faster.conflict();
                    }
                }
            }
        } finally {
            changing.unlock();
        }
    }

    /** Makes an entry of what was there, in a turn; nothing where it is the same. */
    CatalogEntry write(Base base, CatalogEntry entry) {
        boolean offered = shared != null && base.revision() == SharedMap.NEVER;
        if (!entry.equals(base.entry()) || offered) {
            store.keep(shared == null ? null : shared.put(entry, base.revision()), entry);
            tell(entry.name());
        }
        return entry;
    }

    /** Deletes what was there, in a turn. */
    void delete(Base base, String name) {
        store.forget(name, shared == null ? null : shared.delete(name, base.revision()));
        tell(name);
    }

    /** Keeps an entry here, and offers it to a cluster that has no majority now. */
    void keepUntilThereIsAMajority(Base base, CatalogEntry entry, Offer offer) {
        offer(entry.name(), offer);
        store.keep(base.agreed(), entry);
    }

    static boolean isNoMajority(DataPrismException failure) {
        return failure.code() == ErrorCode.NO_MAJORITY;
    }
}
