package io.dataprism.core.dataset.gate;

import io.dataprism.core.permission.TableScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Statements that the gate has let through, so that one that comes again need not be parsed twice: for the same scope, and until
 * the catalog changes. Keeps the newest {@value #LIMIT}, none of them long; a refusal is never kept. Any thread.
 */
public final class ApprovedStatements {

    private static final int LIMIT = 512;
    private static final int LENGTH_LIMIT = 4_096;

    private record Key(String sql, TableScope scope, long catalogRevision) {}

    private final Map<Key, ApprovedStatement> approved = new LinkedHashMap<>(LIMIT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, ApprovedStatement> eldest) {
            return size() > LIMIT;
        }
    };

    /**
     * What is to run for a statement.
     *
     * @param catalogRevision read before {@code check} looks at the catalog
     * @param check asks the gate; its refusals pass through
     */
    public ApprovedStatement get(
            String sql, TableScope scope, long catalogRevision, Supplier<ApprovedStatement> check) {
        if (sql.length() > LENGTH_LIMIT) {
            return check.get();
        }
        ApprovedStatement known = find(sql, scope, catalogRevision);
        if (known != null) {
            return known;
        }
        ApprovedStatement checked = check.get();
        synchronized (approved) {
            approved.put(new Key(sql, scope, catalogRevision), checked);
        }
        return checked;
    }

    /** What is to run for a statement that was let through before, under the same catalog. */
    public @Nullable ApprovedStatement find(String sql, TableScope scope, long catalogRevision) {
        synchronized (approved) {
            return approved.get(new Key(sql, scope, catalogRevision));
        }
    }
}
