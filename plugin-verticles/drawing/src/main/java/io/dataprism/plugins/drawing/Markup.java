package io.dataprism.plugins.drawing;

/** Text as a part of SVG and HTML. */
final class Markup {

    private Markup() {}

    /** Good between tags and within double quotes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
