package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/** A whole number within bounds. */
record WholeNumberSchema(long least, long most) implements ValueSchema {

    private static final int DIGITS_MAX = 19;

    /** Up to here each whole number is a {@code double}. */
    private static final double EXACT = 1L << 53;

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        boolean whole = value instanceof Integer
                || value instanceof Long
                || value instanceof Double number && Math.rint(number) == number && Math.abs(number) <= EXACT;
        long number = whole && value instanceof Number some ? some.longValue() : 0;
        if (!whole || number < least || number > most) {
            problems.add(place, must(), value);
        }
    }

    @Override
    public String must() {
        return "must be a whole number "
                + (most == Long.MAX_VALUE ? "of at least " + least : "from " + least + " to " + most);
    }

    @Override
    public Object ofText(String text) {
        if (text.isEmpty()
                || text.length() > DIGITS_MAX
                || !text.chars().allMatch(each -> each >= '0' && each <= '9')) {
            return text;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException tooLarge) {
            return text;
        }
    }
}
