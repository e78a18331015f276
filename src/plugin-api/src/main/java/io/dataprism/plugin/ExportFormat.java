package io.dataprism.plugin;

import java.util.Arrays;
import java.util.Optional;

/** The formats that a drawing can be written in. */
public enum ExportFormat {
    SVG("image/svg+xml"),
    PNG("image/png"),
    PDF("application/pdf"),
    HTML("text/html"),
    JSON("application/json");

    private final String mediaType;

    ExportFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The media type, without parameters. */
    public String mediaType() {
        return mediaType;
    }

    /** The format of a media type without parameters, or empty where there is none. */
    public static Optional<ExportFormat> ofMediaType(String mediaType) {
        return Arrays.stream(values())
                .filter(format -> format.mediaType.equals(mediaType))
                .findFirst();
    }
}
