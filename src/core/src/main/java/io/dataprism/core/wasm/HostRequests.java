package io.dataprism.core.wasm;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.RequestRate;
import io.dataprism.plugin.PluginLogger.Level;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Does for a module what it asks for, through the door and within its rate. On the {@link DoorThread}; blocks until it is answered. */
final class HostRequests {

    /** Of an answer to a module, and of what it emits. */
    static final int MOST_ANSWER_BYTES = 16 << 20;

    private static final int LONGEST_LINE_BYTES = 8 * 1024;
    private static final Level[] LEVELS = Level.values();

    private final HostDoor door;
    private final RequestRate rate;

    HostRequests(HostDoor door, RequestRate rate) {
        this.door = door;
        this.rate = rate;
    }

    /** Sends {@code {address, body}}, for the call that the module serves. */
    HostReply request(@Nullable String callId, byte[] request) throws InterruptedException {
        try {
            rate.admit(request.length);
            Map<String, @Nullable Object> order = Json.decodeObject(request);
            Object body = order.get("body");
            CompletableFuture<Object> reply = door.request(
                            callId, Json.text(order, "address"), body == null ? Map.of() : Json.object(body))
                    .toFuture();
            byte[] bytes = Json.encode(await(reply));
            if (bytes.length > MOST_ANSWER_BYTES) {
                throw new DataPrismException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The answer has " + bytes.length + " bytes; a module gets at most " + MOST_ANSWER_BYTES + ".",
                        "Ask for less.");
            }
            return HostReply.of(bytes);
        } catch (ProtocolException notJson) {
            return HostReply.refused(new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "A request is a JSON object {\"address\", \"body\"}: " + notJson.getMessage(),
                    "See WASM.md, 'Asking the host'.",
                    notJson));
        } catch (DataPrismException refusal) {
            return HostReply.refused(refusal);
        }
    }

    /** Writes a line; nothing where there are too many. */
    void log(int level, byte[] message) {
        try {
            rate.admit(message.length);
        } catch (DataPrismException tooMany) {
            return;
        }
        int length = Math.min(message.length, LONGEST_LINE_BYTES);
        door.log(
                LEVELS[Math.clamp(level, 0, LEVELS.length - 1)],
                new String(message, 0, length, StandardCharsets.UTF_8),
                Map.of());
    }

    private static @Nullable Object await(CompletableFuture<Object> reply) throws InterruptedException {
        try {
            return reply.get();
        } catch (InterruptedException stopped) {
            reply.cancel(true);
            throw stopped;
        } catch (ExecutionException failure) {
            throw HostReply.known(failure.getCause());
        }
    }
}
