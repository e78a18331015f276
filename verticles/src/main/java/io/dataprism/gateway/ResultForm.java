package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.format.ArrowCompression;
import io.dataprism.core.format.BodyPacking;
import io.dataprism.core.format.GzipStream;
import io.dataprism.core.format.ResultFormat;
import io.dataprism.core.format.ZstdStream;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The form in which a client wants a result.
 *
 * @param compression of an Arrow stream's buffers; others have none
 * @param packing makes the packing of the whole body, or null where it travels plain; never together with {@code compression}
 */
record ResultForm(
        ResultFormat format,
        ArrowCompression compression,
        @Nullable Supplier<BodyPacking> packing) {

    /**
     * What the headers of a request ask for.
     *
     * @param formats those that can be given, the default first
     * @throws DataPrismException {@code NOT_ACCEPTABLE}, naming what can be given
     */
    static ResultForm negotiate(HttpServerRequest request, List<ResultFormat> formats) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        ResultFormat format = MediaTypes.negotiate(accept, formats, ResultFormat::mediaType);
        ArrowCompression compression =
                format == ResultFormat.ARROW_STREAM ? compression(accept, format) : ArrowCompression.NONE;
        String encodings = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        return new ResultForm(
                format, compression, compression == ArrowCompression.NONE ? packing(format, encodings) : null);
    }

    /** Whether a batch travels as it lies in memory. */
    boolean isPlainArrow() {
        return format == ResultFormat.ARROW_STREAM && compression == ArrowCompression.NONE && packing == null;
    }

    private static ArrowCompression compression(@Nullable String accept, ResultFormat format) {
        List<String> legal = Arrays.stream(ArrowCompression.values())
                .map(ArrowCompression::value)
                .toList();
        String value = MediaTypes.parameter(accept, format.mediaType(), ArrowCompression.PARAMETER, legal);
        return value == null ? ArrowCompression.NONE : ArrowCompression.values()[legal.indexOf(value)];
    }

    private static @Nullable Supplier<BodyPacking> packing(ResultFormat format, @Nullable String encodings) {
        return switch (format) {
            case ARROW_STREAM -> MediaTypes.prefers(encodings, "zstd") ? ZstdStream::new : null;
            case SERVER_SENT_EVENTS, PARQUET -> null;
            case NDJSON, CSV, JSON -> MediaTypes.takesGzip(encodings) ? GzipStream::new : null;
        };
    }
}
