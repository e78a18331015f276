package io.dataprism.host;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Names of views. Each says which node keeps the view, so that any node finds it. */
final class ViewId {

    private static final char BEFORE_NODE = '.';

    private ViewId() {}

    static String made(String node) {
        return UUID.randomUUID().toString() + BEFORE_NODE + node;
    }

    /** The node that keeps a view; null where the name is none of ours. */
    static @Nullable String node(String view) {
        int end = view.indexOf(BEFORE_NODE);
        return end < 0 || end == view.length() - 1 ? null : view.substring(end + 1);
    }
}
