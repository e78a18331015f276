package io.dataprism.core.format;

/** How the buffers of an Arrow stream's batches are compressed: a parameter of its media type. */
public enum ArrowCompression {
    NONE("none"),
    ZSTD("zstd");

    /** The name of the media type's parameter. */
    public static final String PARAMETER = "compression";

    private final String value;

    ArrowCompression(String value) {
        this.value = value;
    }

    /** The value of the media type's parameter. */
    public String value() {
        return value;
    }
}
