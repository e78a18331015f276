package io.dataprism.host;

import io.dataprism.audit.AuditService;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Caller;
import io.dataprism.core.permission.Principal;
import io.vertx.core.json.JsonObject;
import java.util.List;

/** What a user whose token is narrowed to some plugins may do to others, and hear of them: nothing. Any thread. */
final class NarrowedUser {

    private NarrowedUser() {}

    /** Whether a plugin, which need not be there, is among those that the caller may act on. */
    static boolean reaches(Caller caller, String plugin) {
        return !(caller.principal() instanceof Principal.User user) || user.reachesPlugin(plugin);
    }

    /**
     * The refusal of one that is not; it is audited.
     *
     * @param what of it is outside, as in "The package is of the plugin 'x'"
     */
    static DataPrismException refusal(AuditService audit, Caller caller, String plugin, String what, String hint) {
        String patterns = caller.principal() instanceof Principal.User user
                ? "the plugins of '" + user.sub() + "': " + user.plugins()
                : "the caller's plugins";
        DataPrismException refusal = new DataPrismException(
                ErrorCode.PERMISSION_DENIED, what + ", which is outside " + patterns + ".", hint);
        audit.record(
                "permission.refused",
                caller,
                plugin,
                "refused",
                new JsonObject().put("plugin", plugin).put("detail", refusal.detail()));
        return refusal;
    }

    /** Names of plugins in words, those that the caller may not hear of by their number alone. */
    static String shown(Caller caller, List<String> plugins) {
        List<String> reached =
                plugins.stream().filter(plugin -> reaches(caller, plugin)).toList();
        int hidden = plugins.size() - reached.size();
        if (hidden == 0) {
            return reached.toString();
        }
        return (reached.isEmpty() ? "" : reached + " and ") + hidden + " outside of the caller's plugins";
    }
}
