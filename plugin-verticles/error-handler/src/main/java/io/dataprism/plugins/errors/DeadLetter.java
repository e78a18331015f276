package io.dataprism.plugins.errors;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call that failed and is not retried any more.
 *
 * @param id counts from 1
 * @param report the error that began it
 * @param call what failed
 * @param attempts how often it was made again
 * @param error of the last attempt
 * @param reason why it is not retried
 */
record DeadLetter(long id, ErrorReport report, FailedCall call, int attempts, String error, String reason) {

    Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("id", id);
        json.put("time", report.time().toString());
        json.put("topic", report.topic());
        json.put("source", report.source());
        json.put("call", call.toJson());
        json.put("attempts", attempts);
        json.put("error", error);
        json.put("reason", reason);
        return json;
    }
}
