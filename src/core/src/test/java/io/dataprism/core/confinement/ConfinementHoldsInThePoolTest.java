package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.quota.ProcessQuotas;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import java.io.IOException;

/** The same of a child that waited for its plugin. */
class ConfinementHoldsInThePoolTest extends ConfinementHoldsTest {

    @Override
    PluginProcess started() throws IOException {
        ProcessQuotas quotas = ProcessQuotas.open(ResourcePolicy.defaults());
        sandboxes = new Sandboxes(SandboxRuntime.ofThisProcess(), Restriction.KERNEL, quotas, 1);
        await().atMost(BOUND).until(() -> sandboxes.processes.waiting() == 1);
        long waiting =
                ProcessHandle.current().children().findFirst().orElseThrow().pid();
        PluginProcess process = sandboxes
                .processes
                .start(sandboxes.launch("Worker", "data-processing").within(ResourceQuota.DEFAULT), new RecordingDoor())
                .block(BOUND);
        assertThat(process.pid()).isEqualTo(waiting);
        process.initialize().block(BOUND);
        process.activate().block(BOUND);
        return process;
    }
}
