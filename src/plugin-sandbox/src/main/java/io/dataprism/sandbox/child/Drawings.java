package io.dataprism.sandbox.child;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Dimensions;
import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugin.Plugin;
import io.dataprism.plugin.PluginException;
import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugin.Rendering;
import io.dataprism.plugin.View;
import io.dataprism.plugin.VisualizationPlugin;
import io.dataprism.sandbox.child.CallOrder.ViewOrder;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Drawings of one plugin: those that are written at once, and the views that callers keep. The host bounds how many are kept, and
 * asks for one thing at a time of each.
 */
final class Drawings {

    private static final String OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND";

    private final Map<String, Kept> kept = new ConcurrentHashMap<>();

    /** An operation of kind rendering, or what is to be done with a kept view; empty where nothing was drawn. */
    Mono<Rendering> draw(Plugin plugin, HostContext context, CallOrder order, Flux<Batch> data) {
        ViewOrder view = order.view();
        if (!(plugin instanceof VisualizationPlugin visualization)) {
            throw PluginException.unknownOperation(order.operation());
        }
        Artist artist = new Artist(visualization, context);
        if (view == null) {
            ExportFormat format = formatOf(order);
            return Mono.usingWhen(
                    artist.render(order, data),
                    drawn -> visualization.export(drawn, format),
                    artist::destroy,
                    (drawn, failure) -> artist.destroy(drawn),
                    artist::destroy);
        }
        return switch (view.action()) {
            case OPEN -> keep(artist, view.id(), new Kept(order, formatOf(order), null), artist.render(order, data));
            case UPDATE -> {
                Kept now = find(view.id());
                yield keep(artist, view.id(), now, artist.update(now, data));
            }
            case RESIZE -> {
                Kept now = find(view.id());
                Dimensions size = new Dimensions(view.width(), view.height());
                yield keep(artist, view.id(), now, visualization.resize(now.drawn(), size));
            }
            case CLOSE -> close(artist, view.id());
        };
    }

    private Mono<Rendering> keep(Artist artist, String id, Kept before, Mono<View> drawing) {
        return drawing.flatMap(drawn -> {
            kept.put(id, new Kept(before.order(), before.format(), drawn));
            View old = before.view();
            Mono<Void> gone = old == null || old == drawn ? Mono.empty() : artist.destroy(old);
            return gone.then(artist.visualization().export(drawn, before.format()));
        });
    }

    private Mono<Rendering> close(Artist artist, String id) {
        Kept gone = kept.remove(id);
        ExportFormat format = gone == null ? ExportFormat.JSON : gone.format();
        Mono<Void> destroyed = gone == null ? Mono.empty() : artist.destroy(gone.drawn());
        return destroyed.thenReturn(new Rendering(format, new byte[0]));
    }

    private Kept find(String id) {
        Kept found = kept.get(id);
        if (found == null) {
            throw new PluginException("NOT_FOUND", "There is no view '" + id + "' in this plugin's process.");
        }
        return found;
    }

    private static ExportFormat formatOf(CallOrder order) {
        ExportFormat format = order.format();
        if (format == null) {
            throw PluginException.unknownOperation(order.operation());
        }
        return format;
    }

    /** A view that is kept, and how it came to be. */
    private record Kept(
            CallOrder order, ExportFormat format, @Nullable View view) {

        View drawn() {
            if (view == null) {
                throw new IllegalStateException("A view is kept once it is drawn.");
            }
            return view;
        }
    }

    /** The plugin as one that draws. */
    private record Artist(VisualizationPlugin visualization, HostContext context) {

        Mono<View> render(CallOrder order, Flux<Batch> data) {
            RenderConfig config = RenderConfig.of(order.options(), visualization.configuration());
            return visualization.render(order.operation(), data, order.params(), config);
        }

        /** A plugin that cannot update draws anew, as it did for the view. */
        Mono<View> update(Kept now, Flux<Batch> data) {
            return visualization
                    .update(now.drawn(), data)
                    .onErrorResume(
                            PluginException.class,
                            refused -> OPERATION_NOT_FOUND.equals(refused.code())
                                    ? render(now.order(), data)
                                    : Mono.error(refused));
        }

        /** What fails here has no caller to tell: the drawing is done. */
        Mono<Void> destroy(View view) {
            return visualization.destroy(view).onErrorResume(failure -> {
                context.logger().warn("A view could not be destroyed: " + Failures.messageOf(failure));
                return Mono.empty();
            });
        }
    }
}
