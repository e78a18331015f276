package io.dataprism.gateway.contract;

import org.jspecify.annotations.Nullable;

/** Anything goes, and nothing looks into it. */
record AnyValue() implements ValueSchema {

    @Override
    public void check(@Nullable Object value, Place place, Problems problems) {}

    @Override
    public String must() {
        return "must be there, and may be any value";
    }
}
