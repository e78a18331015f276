package io.dataprism.core.confinement;

import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Reading;
import io.dataprism.core.confinement.PluginProcess.Run;
import io.dataprism.core.confinement.PluginProcess.ViewStep;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call as the child reads it, JSON values. */
final class CallMessage {

    private CallMessage() {}

    static Map<String, @Nullable Object> of(Call call) {
        Map<String, @Nullable Object> order = new HashMap<>();
        order.put("method", "execute");
        order.put("id", call.id());
        order.put("operation", call.operation());
        order.put("kind", call.kind().name());
        order.put("params", call.params());
        order.put("input", call.input() != null);
        order.put("format", call.format() == null ? null : call.format().name());
        order.put("options", call.extras().options());
        order.put("run", run(call.extras().run()));
        Reading reading = call.extras().reading();
        order.put("checkpoint", reading == null ? null : reading.checkpoint());
        order.put("view", view(call.extras().view()));
        return order;
    }

    private static @Nullable Map<String, @Nullable Object> run(@Nullable Run run) {
        if (run == null) {
            return null;
        }
        Map<String, @Nullable Object> json = new HashMap<>();
        json.put("schedule", run.schedule());
        json.put("due", run.due().toString());
        json.put("lastRun", run.lastRun() == null ? null : run.lastRun().toString());
        return json;
    }

    private static @Nullable Map<String, @Nullable Object> view(@Nullable ViewStep view) {
        return view == null
                ? null
                : Map.of(
                        "id",
                        view.id(),
                        "action",
                        view.action().name(),
                        "width",
                        view.width(),
                        "height",
                        view.height());
    }
}
