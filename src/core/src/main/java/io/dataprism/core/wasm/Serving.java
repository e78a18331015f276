package io.dataprism.core.wasm;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What a function of a module's is called for, and the streams that it may use meanwhile. On the {@link DoorThread}; its methods wait.
 *
 * @param callId of the operation's call; null: it serves none
 * @param input null: the operation has none
 * @param answer null: the operation answers no dataset
 */
record Serving(
        @Nullable String callId,
        @Nullable ModuleInput input,
        @Nullable ModuleAnswer answer) {

    /** Nothing of an operation's. */
    static final Serving NOTHING = new Serving(null, null, null);

    /** The next of the input, of no length at its end. */
    HostReply next() throws InterruptedException {
        if (input == null) {
            return HostReply.nothing();
        }
        try {
            return HostReply.of(input.next());
        } catch (RuntimeException failure) {
            return HostReply.refused(HostReply.known(failure));
        }
    }

    /** Gives the reader what the module made. */
    HostReply emit(byte[] stream) throws InterruptedException {
        if (answer == null) {
            return HostReply.refused(new DataPrismException(
                    ErrorCode.REQUEST_INVALID,
                    "Batches were emitted where nobody reads any: only operations of kind dataset answer with them.",
                    "Correct 'kind' in the manifest, or answer with what the function returns."));
        }
        try {
            answer.emit(stream);
            return HostReply.nothing();
        } catch (RuntimeException failure) {
            return HostReply.refused(HostReply.known(failure));
        }
    }
}
