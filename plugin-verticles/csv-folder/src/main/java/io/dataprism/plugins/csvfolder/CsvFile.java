package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.PluginException;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A file's name, and what it says: the form, and the table of the engine that it is loaded into where nobody says another.
 *
 * @param name without a path
 */
record CsvFile(String name) {

    private static final Pattern LEGAL =
            Pattern.compile("[^/\\\\\\p{Cntrl}]{1,200}\\.(csv|tsv)(\\.gz)?", Pattern.CASE_INSENSITIVE);
    private static final Pattern EXTENSION = Pattern.compile("\\.(csv|tsv)(\\.gz)?$", Pattern.CASE_INSENSITIVE);
    private static final int TABLE_CHARACTERS = 63;

    /** Whether a file of that name is one. */
    static boolean isOne(String name) {
        return LEGAL.matcher(name).matches() && !name.startsWith(".");
    }

    /** @throws PluginException {@code REQUEST_INVALID} where no file may be called so */
    static CsvFile named(String name) {
        if (!isOne(name)) {
            throw PluginException.invalidParameter(
                    "table",
                    "is '" + name
                            + "'; it must be the name of a file in the folder, without a path, that ends in .csv, .tsv,"
                            + " .csv.gz or .tsv.gz");
        }
        return new CsvFile(name);
    }

    char delimiter() {
        return name.toLowerCase(Locale.ROOT).contains(".tsv") ? '\t' : ',';
    }

    boolean isPacked() {
        return name.toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    /** The table's name: the file's without its ending, in the characters that tables may have. */
    String table(String prefix) {
        String plain = prefix + EXTENSION.matcher(name).replaceFirst("");
        String legal = plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        String begun = Character.isDigit(legal.charAt(0)) ? "_" + legal : legal;
        return begun.substring(0, Math.min(TABLE_CHARACTERS, begun.length()));
    }

    @Override
    public String toString() {
        return name;
    }
}
