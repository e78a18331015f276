package io.dataprism.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.audit.AuditService;
import io.dataprism.bus.PermissionInterceptors;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.PermissionTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Publishing past the bus: the same guard, the same rules, and refusals in the audit log. */
class LocalEventServiceTest extends EventServiceContract {

    private final List<String> audited = new CopyOnWriteArrayList<>();

    @Override
    EventService service() {
        AuditService audit = (action, caller, target, outcome, details) -> audited.add(action + " " + target);
        PermissionInterceptors guard = PermissionInterceptors.install(
                vertx, "n1", new PermissionTable(plugin -> Grants.NONE), audit, new SimpleMeterRegistry());
        return new LocalEventService(guard, feed, audit);
    }

    @Test
    void aRefusalIsAuditedOnce() {
        for (String who : List.of("user", "plugin")) {
            audited.clear();
            assertThatThrownBy(() -> publish(principal(who), "core:error", 1)).hasMessageContaining("core:error");
            assertThat(audited).containsExactly("permission.refused dataprism.events.publish");
        }
    }
}
