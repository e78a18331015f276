package io.dataprism.core.confinement;

import static io.dataprism.core.confinement.Sandboxes.call;

import io.dataprism.core.confinement.PluginProcess.Kind;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;

/** A host with one child that waits, one that burns processor time in a call, and one that is starting; says so, and waits. */
final class HostToBeKilled {

    private HostToBeKilled() {}

    public static void main(String[] arguments) throws Exception {
        Sandboxes sandboxes = new Sandboxes();
        sandboxes.started("Worker", new RecordingDoor());
        PluginProcess busy = sandboxes.started("Worker", new RecordingDoor());
        busy.execute(call("spin", Kind.VALUE, Map.of(), null)).subscribe();
        busy.ping().block(Sandboxes.BOUND);
        sandboxes
                .processes
                .start(sandboxes.launch("Worker", "data-processing"), new RecordingDoor())
                .subscribe();
        Awaitility.await().pollDelay(Duration.ZERO).until(() -> Sandboxes.children() == 3);
        System.out.println("three children");
        Thread.sleep(Long.MAX_VALUE);
    }
}
