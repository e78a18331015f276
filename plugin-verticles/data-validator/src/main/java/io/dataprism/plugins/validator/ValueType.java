package io.dataprism.plugins.validator;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What the rule {@code type} knows. */
enum ValueType {
    INTEGER {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Int
                    || type instanceof ArrowType.Decimal decimal && decimal.getScale() == 0;
        }

        @Override
        boolean reads(String text) {
            return WHOLE.matcher(text).matches();
        }
    },
    NUMBER {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Int
                    || type instanceof ArrowType.Decimal
                    || type instanceof ArrowType.FloatingPoint;
        }

        @Override
        boolean reads(String text) {
            return FRACTION.matcher(text).matches();
        }
    },
    BOOLEAN {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Bool;
        }

        @Override
        boolean reads(String text) {
            return text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false");
        }
    },
    DATE {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Date;
        }

        @Override
        boolean reads(String text) {
            return parses(() -> LocalDate.parse(text));
        }
    },
    TIMESTAMP {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Timestamp;
        }

        @Override
        boolean reads(String text) {
            String withT = text.length() > 10 && text.charAt(10) == ' ' ? text.replaceFirst(" ", "T") : text;
            return parses(() -> LocalDateTime.parse(withT)) || parses(() -> OffsetDateTime.parse(withT, WITH_OFFSET));
        }
    },
    TEXT {
        @Override
        boolean is(ArrowType type) {
            return type instanceof ArrowType.Utf8;
        }

        @Override
        boolean reads(String text) {
            return true;
        }
    };

    private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]{1,40}");
    private static final Pattern FRACTION =
            Pattern.compile("[+-]?([0-9]{1,400}(\\.[0-9]{0,400})?|\\.[0-9]{1,400})([eE][+-]?[0-9]{1,4})?");
    private static final DateTimeFormatter WITH_OFFSET = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][X]")
            .toFormatter();

    /** Whether every value of such a column is right. */
    abstract boolean is(ArrowType type);

    /** Whether text can be read as one. */
    abstract boolean reads(String text);

    private static boolean parses(Runnable parsing) {
        try {
            parsing.run();
            return true;
        } catch (DateTimeParseException other) {
            return false;
        }
    }
}
