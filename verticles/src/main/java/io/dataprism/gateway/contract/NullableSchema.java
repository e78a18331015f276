package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/** The same as another, or null, which stands for a member that is not there. */
record NullableSchema(ValueSchema present) implements ValueSchema {

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {
        if (value != null) {
            present.check(value, place, problems);
        }
    }

    @Override
    public String must() {
        return present.must();
    }

    @Override
    public Object ofText(String text) {
        return present.ofText(text);
    }
}
