package io.dataprism.core.engine;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells a full disk from other failures: whoever waits or frees space can try again. */
public final class DiskSpace {

    private static final int RETRY_AFTER_SECONDS = 10;

    private DiskSpace() {}

    /** Whether the failure, or a cause of it, is that the disk or a quota on it is full. */
    public static boolean isShort(@Nullable Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            String message = String.valueOf(at.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left on device") || message.contains("disk quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    /**
     * The refusal.
     *
     * @param near a file or folder on that disk, or where one was to be
     */
    public static DataPrismException full(String operation, Path near, Exception cause) {
        return new DataPrismException(
                        ErrorCode.OVERLOADED,
                        operation + ": the disk of the data folder is full; " + free(near)
                                + " are free. Nothing was changed.",
                        "Free space, by deleting tables for example, and try again.",
                        cause)
                .with("retryAfterSeconds", RETRY_AFTER_SECONDS);
    }

    private static String free(Path near) {
        Path there = near;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace() + " bytes";
        } catch (IOException unknown) {
            return "an unknown number of bytes";
        }
    }
}
