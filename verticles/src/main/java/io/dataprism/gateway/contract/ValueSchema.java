package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/**
 * What a schema of the documents asks of a value, made ready to be checked. Immutable; any thread. Values are those that a reader of
 * JSON makes: maps, lists, texts, numbers, booleans, null.
 */
sealed interface ValueSchema
        permits AnyValue,
                ArraySchema,
                BooleanSchema,
                ChoiceSchema,
                KindsSchema,
                NullableSchema,
                ObjectSchema,
                TextSchema,
                WholeNumberSchema {

    /** Notes what is wrong with the value. */
    void check(@Nullable Object value, Place place, Problems problems);

    /** What it asks for in words that follow a name, such as "must be a whole number from 1 to 5". */
    String must();

    /** What a text stands for where this is asked of a parameter of a query string; the text itself where it stands for nothing. */
    default Object ofText(String text) {
        return text;
    }
}
