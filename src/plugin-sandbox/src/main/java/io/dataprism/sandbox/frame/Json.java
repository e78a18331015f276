package io.dataprism.sandbox.frame;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON values: {@code Map}, {@code List}, {@code String}, {@code Number}, {@code Boolean}, null. Nothing else is written, so
 * that no plugin's getters are ever called; nothing else is made when reading. Nesting is bounded.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactory();
    private static final int DEEPEST = 200;
    private static final int MOST_DIGITS = 300;

    private Json() {}

    /** Writes a value. @throws IllegalArgumentException where it is no JSON value, naming it */
    public static byte[] encode(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            write(generator, value, 0);
        } catch (IOException failure) {
            throw new IllegalArgumentException("The value cannot be written as JSON.", failure);
        }
        return bytes.toByteArray();
    }

    /** Reads a value. @throws ProtocolException where the bytes are not one JSON value */
    public static @Nullable Object decode(byte[] bytes) {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            parser.nextToken();
            Object value = read(parser, 0);
            if (parser.nextToken() != null) {
                throw new ProtocolException("More than one JSON value was sent where one is expected.");
            }
            return value;
        } catch (IOException | NumberFormatException | ArithmeticException failure) {
            throw new ProtocolException("What was sent is no JSON value.", failure);
        }
    }

    /** Reads an object. @throws ProtocolException where the bytes are none */
    public static Map<String, @Nullable Object> decodeObject(byte[] bytes) {
        return object(decode(bytes));
    }

    /** A value as an object. @throws ProtocolException where it is none */
    public static Map<String, @Nullable Object> object(@Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ProtocolException("A JSON object is expected.");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        map.forEach((name, member) -> object.put(String.valueOf(name), member));
        return object;
    }

    /** A member that is a text. @throws ProtocolException where it is none */
    public static String text(Map<String, @Nullable Object> object, String name) {
        if (object.get(name) instanceof String text) {
            return text;
        }
        throw new ProtocolException("The member '" + name + "' must be a text.");
    }

    /** A member that is a number. @throws ProtocolException where it is none */
    public static Number number(Map<String, @Nullable Object> object, String name) {
        if (object.get(name) instanceof Number number) {
            return number;
        }
        throw new ProtocolException("The member '" + name + "' must be a number.");
    }

    private static void write(JsonGenerator generator, @Nullable Object value, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new IllegalArgumentException("The value is nested deeper than " + DEEPEST + " levels.");
        }
        switch (value) {
            case null -> generator.writeNull();
            case Map<?, ?> map -> writeObject(generator, map, depth);
            case Iterable<?> list -> writeArray(generator, list, depth);
            case CharSequence text -> generator.writeString(text.toString());
            case Boolean truth -> generator.writeBoolean(truth);
            case Number number -> writeNumber(generator, number);
            default ->
                throw new IllegalArgumentException("A " + value.getClass().getName()
                        + " is no JSON value; Map, List, String, Number, Boolean and null are.");
        }
    }

    private static void writeObject(JsonGenerator generator, Map<?, ?> map, int depth) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> member : map.entrySet()) {
            generator.writeFieldName(String.valueOf(member.getKey()));
            write(generator, member.getValue(), depth + 1);
        }
        generator.writeEndObject();
    }

    private static void writeArray(JsonGenerator generator, Iterable<?> list, int depth) throws IOException {
        generator.writeStartArray();
        for (Object item : list) {
            write(generator, item, depth + 1);
        }
        generator.writeEndArray();
    }

    private static void writeNumber(JsonGenerator generator, Number number) throws IOException {
        switch (number) {
            case BigDecimal decimal -> generator.writeNumber(readable(decimal));
            case BigInteger integer ->
                generator.writeNumber(readable(new BigDecimal(integer)).toBigInteger());
            case Double real -> generator.writeNumber(finite(real));
            case Float real -> generator.writeNumber((float) finite(real));
            default -> generator.writeNumber(number.longValue());
        }
    }

    /** What no reader takes is not written: it would become an infinity, or end the link. */
    private static BigDecimal readable(BigDecimal number) {
        if (number.precision() > MOST_DIGITS || !Double.isFinite(number.doubleValue())) {
            throw new IllegalArgumentException("A number of " + number.precision() + " digits and the scale "
                    + number.scale() + " is beyond what JSON's readers take; use a text.");
        }
        return number;
    }

    private static double finite(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The number " + value + " is no JSON value; use null.");
        }
        return value;
    }

    private static @Nullable Object read(JsonParser parser, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new ProtocolException("A JSON value is nested deeper than " + DEEPEST + " levels.");
        }
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new ProtocolException("A JSON value is expected, and nothing was sent.");
        }
        return switch (token) {
            case START_OBJECT -> readObject(parser, depth);
            case START_ARRAY -> readArray(parser, depth);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> real(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new ProtocolException("A JSON value is expected where " + token + " was sent.");
        };
    }

    /** Not one that nobody could write again. */
    private static Number real(JsonParser parser) throws IOException {
        Number number = parser.getNumberValue();
        if (!Double.isFinite(number.doubleValue())) {
            throw new ProtocolException("A number was sent that is too large for JSON's readers.");
        }
        return number;
    }

    private static Map<String, @Nullable Object> readObject(JsonParser parser, int depth) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            object.put(name, read(parser, depth + 1));
        }
        return object;
    }

    private static List<@Nullable Object> readArray(JsonParser parser, int depth) throws IOException {
        List<@Nullable Object> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(read(parser, depth + 1));
        }
        return list;
    }
}
