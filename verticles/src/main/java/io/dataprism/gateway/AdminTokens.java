package io.dataprism.gateway;

import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.SharedMap.Value;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.permission.Principal;
import io.vertx.core.Future;
import java.security.MessageDigest;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin tokens of all nodes of a cluster: each node tells the others the digest of its own, and takes theirs. A token of 256 random bits is
 * not found from its digest. {@link #offer} blocks; authenticating does not.
 */
public final class AdminTokens implements Authenticator {

    private static final Logger LOG = LoggerFactory.getLogger(AdminTokens.class);

    private final AdminToken own;
    private final String node;
    private final SharedMap map;

    /** @param node the id of this one, under which the others know its token */
    public AdminTokens(AdminToken own, String node, SharedMap map) {
        this.own = own;
        this.node = node;
        this.map = map;
    }

    /** Tells the others this node's, where they do not know it. Call at the start, and now and then; blocks where there is something to tell. */
    public void offer() {
        byte[] digest = own.digest();
        Value known = map.find(node).orElse(null);
        if (known != null && Arrays.equals(known.bytes(), digest)) {
            return;
        }
        try {
            map.put(node, known == null ? SharedMap.NEVER : known.revision(), digest);
        } catch (DataPrismException failure) {
            LOG.debug("Other nodes are told the admin token's digest later", failure);
        }
    }

    @Override
    public Future<Identity> authenticate(String bearerToken) {
        byte[] digest = AdminToken.sha256(bearerToken);
        boolean taken = false;
        for (Value each : map.all().values()) {
            taken |= MessageDigest.isEqual(each.bytes(), digest);
        }
        return taken
                ? Future.succeededFuture(new Identity(Principal.User.admin(), null))
                : own.authenticate(bearerToken);
    }
}
