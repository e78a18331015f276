package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.PluginException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of CSV as RFC 4180 has it: quotes around fields, two of them for one inside, line breaks inside quotes. A field without
 * quotes and characters is null, one of quotes alone is the empty text. Lines without a character are left out, unless there is
 * but one column. Not thread-safe.
 */
final class CsvParser {

    static final int FIELD_CHARACTERS = 1 << 20;
    static final int ROW_CHARACTERS = 1 << 22;
    private static final int BUFFER_CHARACTERS = 1 << 15;
    private static final int END = -1;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Reader from;
    private final String file;
    private final char delimiter;
    private final char[] buffer = new char[BUFFER_CHARACTERS];
    private final StringBuilder field = new StringBuilder();
    private int filled;
    private int at;
    private long row;
    private int columns = -1;
    private int rowCharacters;

    /** @param file its name, for failures */
    CsvParser(Reader from, String file, char delimiter) {
        this.from = from;
        this.file = file;
        this.delimiter = delimiter;
    }

    /** The number of the row that {@link #next} answered last: from 1, without the header. */
    long row() {
        return row;
    }

    /** The names of the columns. @throws PluginException where there are none, or one is there twice */
    List<String> header() throws IOException {
        if (peek() == BYTE_ORDER_MARK) {
            at++;
        }
        List<@Nullable String> first = fields();
        if (first == null) {
            throw problem("is empty: it has not even a header");
        }
        List<String> names = new ArrayList<>();
        for (String name : first) {
            if (name == null || name.isBlank()) {
                throw problem("has no name for column " + (names.size() + 1) + " in its header");
            }
            if (names.contains(name)) {
                throw problem("has the column '" + name + "' twice in its header");
            }
            names.add(name);
        }
        columns = names.size();
        return List.copyOf(names);
    }

    /** The fields of the next row, as many as there are columns; null: there is no more. */
    @Nullable
    List<@Nullable String> next() throws IOException {
        while (true) {
            row++;
            List<@Nullable String> fields = fields();
            if (fields == null) {
                return null;
            }
            if (columns > 1 && fields.size() == 1 && fields.getFirst() == null) {
                row--;
                continue;
            }
            if (fields.size() != columns) {
                throw problem("has " + fields.size() + " fields in row " + row + ", and " + columns
                        + " columns in its header");
            }
            return fields;
        }
    }

    private @Nullable List<@Nullable String> fields() throws IOException {
        if (peek() == END) {
            return null;
        }
        List<@Nullable String> fields = new ArrayList<>(Math.max(columns, 8));
        rowCharacters = 0;
        while (true) {
            fields.add(peek() == '"' ? quoted() : plain());
            int end = read();
            if (end == delimiter) {
                continue;
            }
            if (end == '\r' && peek() == '\n') {
                at++;
            } else if (end != '\n' && end != '\r' && end != END) {
                throw problem("has text after the closing quote in row " + row + ", column " + fields.size());
            }
            return fields;
        }
    }

    private @Nullable String plain() throws IOException {
        field.setLength(0);
        for (int next = peek(); next != delimiter && next != '\n' && next != '\r' && next != END; next = peek()) {
            add((char) next);
            at++;
        }
        return field.isEmpty() ? null : field.toString();
    }

    private String quoted() throws IOException {
        field.setLength(0);
        at++;
        while (true) {
            int next = read();
            if (next == END) {
                throw problem("ends inside quotes that begin in row " + row);
            }
            if (next == '"') {
                if (peek() != '"') {
                    return field.toString();
                }
                at++;
            }
            add((char) next);
        }
    }

    private void add(char each) {
        field.append(each);
        rowCharacters++;
        if (field.length() > FIELD_CHARACTERS || rowCharacters > ROW_CHARACTERS) {
            throw problem("has a field of more than " + FIELD_CHARACTERS + " characters, or a row of more than "
                    + ROW_CHARACTERS + ", in row " + row);
        }
    }

    private int read() throws IOException {
        int next = peek();
        if (next != END) {
            at++;
        }
        return next;
    }

    private int peek() throws IOException {
        if (at == filled) {
            try {
                int count = from.read(buffer);
                if (count < 0) {
                    return END;
                }
                filled = count;
                at = 0;
            } catch (CharacterCodingException notText) {
                throw problem("is not UTF-8, at row " + row + " or up to " + BUFFER_CHARACTERS + " characters later");
            }
        }
        return buffer[at];
    }

    private PluginException problem(String what) {
        return new PluginException("REQUEST_INVALID", "The file '" + file + "' " + what + ".");
    }
}
