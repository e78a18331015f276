package io.dataprism.host;

import io.dataprism.core.confinement.PluginProcesses.Mount;
import io.dataprism.core.permission.Grants;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The operator's folders that a plugin was granted. Only a grant that names a folder opens it: a pattern of keys means keys. */
final class GrantedFolders {

    private GrantedFolders() {}

    /** @param folders of the operator's, by name */
    static List<Mount> of(Map<String, Path> folders, Grants grants) {
        List<Mount> mounts = new ArrayList<>();
        folders.forEach((name, folder) -> {
            boolean writable = granted(grants, name, Access.WRITE);
            if (writable || granted(grants, name, Access.READ)) {
                mounts.add(new Mount(name, folder, writable));
            }
        });
        return mounts;
    }

    private static boolean granted(Grants grants, String name, Access access) {
        return grants.of(Resource.STORAGE, access).stream()
                .anyMatch(grant -> grant.permission().scope().equals("mount:" + name));
    }
}
