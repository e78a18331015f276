package io.dataprism.load.history;

import java.util.List;

/** Something that must hold of every history. Has no state. */
public interface Invariant {

    /** In a sentence. */
    String promise();

    /** What breaks it, one line each; empty: it holds. */
    List<String> violations(History history);
}
