package io.dataprism.plugins.drawing;

import io.dataprism.plugin.RenderConfig.Theme;
import io.dataprism.plugins.drawing.ChartData.Series;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a drawing as a page of HTML with the picture as SVG and its data as a table. The page has no scripts and refers to
 * nothing; a policy in it says so to browsers too.
 */
final class HtmlPage {

    /** Of the table; the picture shows more. */
    static final int MAX_ROWS = 1_000;

    private static final String POLICY = "default-src 'none'; style-src 'unsafe-inline'";

    private final StringBuilder html = new StringBuilder();
    private final Drawing drawing;
    private final ChartData data;

    private HtmlPage(Drawing drawing) {
        this.drawing = drawing;
        this.data = drawing.data().get();
    }

    static byte[] write(Drawing drawing) {
        HtmlPage page = new HtmlPage(drawing);
        page.document();
        return page.html.toString().getBytes(StandardCharsets.UTF_8);
    }

    private void document() {
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
                .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .append("<meta http-equiv=\"Content-Security-Policy\" content=\"")
                .append(POLICY)
                .append("\">\n<title>")
                .append(Markup.escaped(drawing.title()))
                .append("</title>\n");
        style();
        html.append("</head>\n<body>\n<main>\n<figure>\n").append(SvgPainter.text(drawing));
        if (!data.notes().isEmpty()) {
            html.append("<figcaption>")
                    .append(Markup.escaped(String.join(" ", data.notes())))
                    .append("</figcaption>\n");
        }
        html.append("</figure>\n<details>\n<summary>Data</summary>\n");
        table();
        html.append("</details>\n</main>\n</body>\n</html>\n");
    }

    private void style() {
        Theme theme = drawing.canvas().theme();
        html.append("<style>\n");
        colors(theme == Theme.DARK);
        if (theme == Theme.AUTO) {
            html.append("@media (prefers-color-scheme: dark) {\n");
            colors(true);
            html.append("}\n");
        }
        html.append("""
                body { margin: 0; background: var(--ground); color: var(--letters); font: 14px/1.4 sans-serif }
                main { padding: 1rem; max-width: %dpx; margin: 0 auto }
                figure { margin: 0 0 1rem }
                figure svg { max-width: 100%%; height: auto; display: block }
                figcaption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%%) }
                summary { cursor: pointer }
                table { border-collapse: collapse; margin-top: .5rem }
                caption { text-align: start; padding-bottom: .3rem }
                th, td { text-align: start; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid var(--rule) }
                .number { text-align: end; font-variant-numeric: tabular-nums }
                </style>
                """.formatted(drawing.width()));
    }

    private void colors(boolean dark) {
        Palette palette = drawing.canvas().palette();
        html.append(":root { color-scheme: %s; --ground: #%06x; --letters: #%06x; --rule: #%06x }\n"
                .formatted(
                        dark ? "dark" : "light",
                        palette.color(Ink.GROUND, dark),
                        palette.color(Ink.TEXT, dark),
                        palette.color(Ink.GRID, dark)));
    }

    private void table() {
        int rows =
                data.series().stream().mapToInt(series -> series.rows().size()).sum();
        boolean named = data.series().size() > 1;
        html.append("<table>\n<caption>").append(Markup.escaped(drawing.title()));
        if (rows > MAX_ROWS) {
            html.append(" (the first ")
                    .append(MAX_ROWS)
                    .append(" of ")
                    .append(rows)
                    .append(" rows)");
        }
        html.append("</caption>\n<thead><tr>");
        if (named) {
            html.append("<th scope=\"col\">series</th>");
        }
        for (ChartData.Column column : data.columns()) {
            html.append("<th scope=\"col\"")
                    .append(column.type().equals("number") ? " class=\"number\">" : ">")
                    .append(Markup.escaped(Labels.printable(column.name())))
                    .append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        int left = MAX_ROWS;
        for (Series series : data.series()) {
            List<List<@Nullable Object>> shown =
                    series.rows().subList(0, Math.min(left, series.rows().size()));
            shown.forEach(row -> row(named ? series.name() : null, row));
            left -= shown.size();
        }
        html.append("</tbody>\n</table>\n");
    }

    private void row(@Nullable String series, List<@Nullable Object> row) {
        html.append("<tr>");
        if (series != null) {
            html.append("<th scope=\"row\">").append(Markup.escaped(series)).append("</th>");
        }
        for (Object value : row) {
            html.append(value instanceof Number ? "<td class=\"number\">" : "<td>")
                    .append(Markup.escaped(
                            value instanceof Double number
                                    ? Scale.text(number)
                                    : value == null ? "" : value.toString()))
                    .append("</td>");
        }
        html.append("</tr>\n");
    }
}
