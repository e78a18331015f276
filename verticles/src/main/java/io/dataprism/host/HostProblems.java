package io.dataprism.host;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.manifest.Manifest;
import io.dataprism.core.manifest.OperationSpec;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.util.Collection;
import java.util.concurrent.TimeoutException;

/** The failures of this room, each worded once. */
final class HostProblems {

    private HostProblems() {}

    static DataPrismException notActive(String plugin, String state) {
        return new DataPrismException(
                ErrorCode.PLUGIN_NOT_ACTIVE,
                "Plugin " + plugin + " takes no calls: it is " + state + ", not active.",
                "POST /v1/plugins/" + plugin + "/activate.");
    }

    static DataPrismException noOperation(Manifest manifest, String operation) {
        return new DataPrismException(
                ErrorCode.OPERATION_NOT_FOUND,
                "Plugin " + manifest.name() + " has no operation '" + operation + "'; it has "
                        + manifest.operations().stream()
                                .map(OperationSpec::name)
                                .toList() + ".",
                "GET /v1/plugins/" + manifest.name() + " describes its operations.");
    }

    static DataPrismException request(String detail, String hint) {
        return new DataPrismException(ErrorCode.REQUEST_INVALID, detail, hint);
    }

    static DataPrismException underWay(String plugin, String change, String wanted) {
        return new DataPrismException(
                ErrorCode.STATE_CONFLICT,
                "Plugin " + plugin + " cannot " + wanted + " now: somebody else makes it " + change + ".",
                "GET /v1/plugins/" + plugin + " shows what came of that; try again then.");
    }

    static DataPrismException stopping() {
        return new DataPrismException(
                ErrorCode.DRAINING, "This node is stopping, and changes nothing more.", "Ask another node.");
    }

    static DataPrismException cancelled(String plugin, String operation) {
        return new DataPrismException(
                ErrorCode.PLUGIN_TIMEOUT,
                "The call of " + operation + " of the plugin " + plugin + " was cancelled: its caller has left.",
                "Call it again.");
    }

    static DataPrismException noView(String plugin, String view) {
        return new DataPrismException(
                ErrorCode.NOT_FOUND,
                "Plugin " + plugin + " keeps no view '" + view + "' of yours.",
                "Open one by calling an operation of kind rendering with \"live\": true; views end with the process.");
    }

    static DataPrismException crashed(String plugin, String reason) {
        return new DataPrismException(
                ErrorCode.PLUGIN_CRASHED,
                "The process of plugin " + plugin + " ended: " + reason,
                "GET /v1/plugins/" + plugin + "/logs may say why; it is started again as its crash policy says.");
    }

    static DataPrismException timeout(String plugin, String what) {
        return timeout(plugin, "", what);
    }

    private static DataPrismException timeout(String plugin, String where, String what) {
        return new DataPrismException(
                ErrorCode.PLUGIN_TIMEOUT,
                "Plugin " + plugin + where + " did not " + what + " in time.",
                "GET /v1/plugins/" + plugin + "/logs may say why.");
    }

    /** A timeout of the host's own waiting as a failure that says for what; anything else as it is. */
    static Throwable named(Throwable failure, String plugin, String what) {
        return failure instanceof TimeoutException ? timeout(plugin, what) : failure;
    }

    /** Whether nothing was said at all until the bus gave up. */
    static boolean isSilence(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.TIMEOUT;
    }

    /** Another node has said nothing of a call to its plugin. */
    static DataPrismException silent(String plugin, String node) {
        return timeout(plugin, " on node " + node, "answer");
    }

    /** What no answer to a message for a plugin means; anything else as it is. */
    static Throwable unanswered(Throwable failure, String plugin) {
        return failure instanceof ReplyException reply
                ? switch (reply.failureType()) {
                    case NO_HANDLERS -> notActive(plugin, "not running");
                    case TIMEOUT -> timeout(plugin, "answer");
                    case RECIPIENT_FAILURE, ERROR -> failure;
                }
                : failure;
    }

    static DataPrismException notAcceptable(String operation, String asked, Collection<String> mediaTypes) {
        return new DataPrismException(
                ErrorCode.NOT_ACCEPTABLE,
                "Operation " + operation + " cannot write " + asked + "; it writes " + mediaTypes + ".",
                "Accept one of those.");
    }
}
