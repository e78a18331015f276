package io.dataprism.bus;

import io.dataprism.audit.AuditService;
import io.dataprism.core.permission.Caller;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An audit log in memory. */
public final class RecordedAudit implements AuditService {

    /** A line. */
    public record Line(String action, Caller caller, String target, String outcome, JsonObject details) {}

    private final List<Line> lines = new CopyOnWriteArrayList<>();

    @Override
    public void record(String action, Caller caller, String target, String outcome, JsonObject details) {
        lines.add(new Line(action, caller, target, outcome, details));
    }

    public List<Line> of(String action) {
        return lines.stream().filter(line -> line.action().equals(action)).toList();
    }
}
