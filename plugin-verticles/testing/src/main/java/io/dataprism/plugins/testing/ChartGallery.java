package io.dataprism.plugins.testing;

import io.dataprism.plugin.ExportFormat;
import io.dataprism.plugins.drawing.ChartPlugin;
import io.dataprism.plugins.drawing.ChartView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/** Charts of the results of SQL, as test cases and as files for the eye. Close it: it fails where a batch was leaked. */
public final class ChartGallery implements AutoCloseable {

    private final BufferAllocator allocator = new RootAllocator();
    private final EngineInMemory engine;
    private final Supplier<? extends ChartPlugin> plugins;

    /** @param plugins makes the plugin that draws */
    public ChartGallery(Supplier<? extends ChartPlugin> plugins) throws SQLException {
        this.plugins = plugins;
        this.engine = new EngineInMemory(allocator);
    }

    /** A chart to be drawn. */
    public record Picture(String name, String sql, Map<String, @Nullable Object> params) {

        @Override
        public String toString() {
            return name;
        }
    }

    /**
     * A picture.
     *
     * @param params names and values by turns
     */
    public static Picture picture(String name, String sql, Object... params) {
        Map<String, @Nullable Object> named = new HashMap<>();
        for (int index = 0; index < params.length; index += 2) {
            named.put((String) params[index], params[index + 1]);
        }
        return new Picture(name, sql, named);
    }

    /** The engine that the pictures' SQL runs on. */
    public EngineInMemory engine() {
        return engine;
    }

    /** Lays a picture out. */
    public ChartView view(Picture picture) {
        return (ChartView) plugins.get()
                .render("render", engine.query(picture.sql()), picture.params())
                .blockOptional()
                .orElseThrow();
    }

    /** Writes a view. */
    public byte[] written(ChartView view, ExportFormat format) {
        return plugins.get().export(view, format).blockOptional().orElseThrow().bytes();
    }

    /** What is wrong with a picture as it is laid out, and in the formats that need no font. */
    public List<String> problems(Picture picture) throws IOException {
        ChartView view = view(picture);
        List<String> problems = new ArrayList<>(DrawingFits.problems(view.drawing()));
        String role = WrittenDrawing.svg(written(view, ExportFormat.SVG))
                .getDocumentElement()
                .getAttribute("role");
        if (!role.equals("img")) {
            problems.add("the SVG is no img");
        }
        problems.addAll(WrittenDrawing.reachesOut(written(view, ExportFormat.HTML)));
        if (written(view, ExportFormat.JSON)[0] != '{') {
            problems.add("the JSON is none");
        }
        return problems;
    }

    /** What is wrong with a picture in the formats that are painted with the machine's fonts. */
    public List<String> paintingProblems(Picture picture) throws IOException {
        ChartView view = view(picture);
        List<String> problems = new ArrayList<>();
        String firstWord = view.drawing().title().substring(0, (view.drawing().title() + " ").indexOf(' '));
        if (!WrittenDrawing.pdfText(written(view, ExportFormat.PDF)).contains(firstWord)) {
            problems.add("the PDF has no title");
        }
        if (written(view, ExportFormat.PNG)[1] != 'P') {
            problems.add("the PNG is none");
        }
        return problems;
    }

    /** Writes pictures in all formats. */
    public void write(Path folder, List<Picture> pictures) throws IOException {
        Files.createDirectories(folder);
        for (Picture picture : pictures) {
            ChartView view = view(picture);
            for (ExportFormat format : ExportFormat.values()) {
                String name = picture.name() + "." + format.name().toLowerCase(Locale.ROOT);
                Files.write(folder.resolve(name), written(view, format));
            }
        }
    }

    @Override
    public void close() throws SQLException {
        engine.close();
        allocator.close();
    }
}
