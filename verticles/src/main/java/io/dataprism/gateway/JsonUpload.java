package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.vertx.core.buffer.Buffer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a JSON body that was received into a file is: rows, or a document. Blocks on the disk. */
final class JsonUpload {

    private static final String WHITE_SPACE = " \t\r\n";

    private JsonUpload() {}

    /**
     * The document where the body is an object; null where it is anything else.
     *
     * @throws DataPrismException {@code PAYLOAD_TOO_LARGE} where it is a document of more than {@code limitBytes}
     */
    static @Nullable Buffer document(Path file, long limitBytes) throws IOException {
        if (first(file) != '{') {
            return null;
        }
        long bytes = Files.size(file);
        if (bytes > limitBytes) {
            throw new DataPrismException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "PUT /v1/tables/{name}: the JSON object has " + bytes + " bytes, and " + limitBytes
                            + " are allowed.",
                    "Send {\"sql\": \"...\"} to keep the rows of a query, or rows as an array: [{...}, ...].");
        }
        return Buffer.buffer(Files.readAllBytes(file));
    }

    private static int first(Path file) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            int next = in.read();
            while (next >= 0 && WHITE_SPACE.indexOf(next) >= 0) {
                next = in.read();
            }
            return next;
        }
    }
}
