package plugins;

import io.dataprism.plugin.*;
import java.awt.*;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import javax.imageio.ImageIO;
import reactor.core.publisher.*;

public class Drawer implements VisualizationPlugin {

    record Rows(long count) implements View {}

    @Override
    public Mono<Void> initialize(PluginContext context) {
        return Mono.empty();
    }

    @Override
    public Mono<View> render(String operation, Flux<Batch> data, Map<String, Object> params) {
        return data.map(batch -> {
                    try (batch) {
                        return (long) batch.rowCount();
                    }
                })
                .reduce(0L, Long::sum)
                .map(Rows::new);
    }

    @Override
    public Mono<Rendering> export(View view, ExportFormat format) {
        return Mono.fromCallable(() -> {
            if (format == ExportFormat.SVG) {
                return new Rendering(format, ("<svg rows='" + ((Rows) view).count() + "'/>").getBytes());
            }
            ImageIO.setUseCache(false);
            BufferedImage image = new BufferedImage(200, 50, BufferedImage.TYPE_INT_RGB);
            Graphics2D graphics = image.createGraphics();
            graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
            graphics.drawString("Drawn: " + ((Rows) view).count(), 5, 30);
            graphics.dispose();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            ImageIO.write(image, "png", bytes);
            return new Rendering(format, bytes.toByteArray());
        });
    }
}
