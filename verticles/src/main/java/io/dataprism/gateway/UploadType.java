package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.engine.TableService.Format;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the body of an upload is, by its headers: nothing in them is passed over that would give its bytes another meaning. */
record UploadType(Format format) {

    private static final Map<String, Format> FORMATS = formats();

    private static Map<String, Format> formats() {
        Map<String, Format> formats = new LinkedHashMap<>();
        formats.put("text/csv", Format.CSV);
        formats.put("application/x-ndjson", Format.NDJSON);
        formats.put("application/json", Format.JSON);
        formats.put("application/vnd.apache.parquet", Format.PARQUET);
        formats.put("application/vnd.apache.arrow.stream", Format.ARROW_STREAM);
        formats.put("application/vnd.apache.arrow.file", Format.ARROW_FILE);
        return formats;
    }

    /**
     * The type that the headers name.
     *
     * @throws DataPrismException {@code UNSUPPORTED_MEDIA_TYPE}, naming what is legal: another type, a text that is not UTF-8, a
     *     CSV without a header, a packed body
     */
    static UploadType of(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.CONTENT_TYPE);
        String type = MediaTypes.essence(header);
        Format format = FORMATS.get(type);
        if (format == null) {
            throw MediaTypes.unsupported(type, List.copyOf(FORMATS.keySet()));
        }
        MediaTypes.requirePlain(request);
        requireIfNamed(header, "charset", "utf-8");
        if (format == Format.CSV) {
            requireIfNamed(header, "header", "present");
        }
        return new UploadType(format);
    }

    private static void requireIfNamed(String header, String parameter, String legal) {
        String value = MediaTypes.parameterOf(header, parameter);
        if (value != null && !value.equals(legal)) {
            String type = MediaTypes.essence(header);
            throw MediaTypes.unsupported(
                    type + "; " + parameter + "=" + ShownValue.of(value),
                    List.of(type + "; " + parameter + "=" + legal));
        }
    }
}
