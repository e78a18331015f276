package io.dataprism.core.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells whether an audit log is what the node wrote. Needs the data folder only, not the node. Blocks on the disk. */
public final class AuditVerifier {

    private static final int ATTEMPTS = 3;

    private AuditVerifier() {}

    /**
     * What was found.
     *
     * @param node the id in the newest line that is intact; empty where there is none
     * @param lines the number of lines in the file, the head included
     * @param firstBad the number of the first bad line, the head being 1; the number after the last where lines were cut off;
     *     null: all is well
     * @param reason what is wrong with it; null: nothing
     */
    public record Verdict(
            String node,
            long lines,
            @Nullable Long firstBad,
            @Nullable String reason) {

        /** Whether nothing is wrong. */
        public boolean ok() {
            return firstBad == null;
        }
    }

    /** Checks the log of a data folder, by itself. */
    public static Verdict verify(Path dataDirectory) {
        return verify(dataDirectory, List.of());
    }

    /**
     * Checks the log of a data folder, and whether it still has what it once told others.
     *
     * @param told heads of this log that others have kept; those that their key has not signed count for nothing
     */
    public static Verdict verify(Path dataDirectory, List<AuditHead> told) {
        List<AuditHead> genuine = told.stream().filter(AuditHead::isGenuine).toList();
        AuditFiles files = AuditFiles.of(dataDirectory);
        try {
            AuditCheckpoint checkpoint = AuditCheckpoint.read(files.checkpoint());
            Verdict verdict = verify(dataDirectory, files, checkpoint, genuine);
            // a node that is writing puts its checkpoint after its lines: look again before calling them unvouched
            for (int attempt = 1; !verdict.ok() && attempt < ATTEMPTS; attempt++) {
                AuditCheckpoint newer = AuditCheckpoint.read(files.checkpoint());
                if (newer == null || newer.equals(checkpoint)) {
                    return verdict;
                }
                checkpoint = newer;
                verdict = verify(dataDirectory, files, checkpoint, genuine);
            }
            return verdict;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Verdict verify(
            Path dataDirectory, AuditFiles files, @Nullable AuditCheckpoint checkpoint, List<AuditHead> told)
            throws IOException {
        if (!Files.exists(files.lines())) {
            return new Verdict("", 0, 1L, "The file " + files.lines() + " is missing.");
        }
        Chain chain = new Chain(checkpoint, told);
        try (LineEnds ends = new LineEnds(files.lines())) {
            while (ends.next()) {
                chain.add(ends.text());
            }
            if (!ends.text().isEmpty()) {
                chain.addTorn();
            }
        }
        return chain.end(vouchedFor(dataDirectory, checkpoint, told));
    }

    private static @Nullable String vouchedFor(
            Path dataDirectory, @Nullable AuditCheckpoint checkpoint, List<AuditHead> told) {
        if (checkpoint == null) {
            return "The checkpoint is missing or cannot be read, so nobody knows where the log ends.";
        }
        try {
            if (!checkpoint.isSignedBy(NodeKey.publicKey(dataDirectory))) {
                return "The checkpoint is not signed by the node's key.";
            }
            String key = NodeKey.publicKeyText(dataDirectory);
            return told.stream().allMatch(head -> head.key().equals(key))
                    ? null
                    : "The node's key is not the one that other nodes know: keys and log were replaced.";
        } catch (IOException | GeneralSecurityException e) {
            return "The node's public key node.pub cannot be read: " + e.getMessage();
        }
    }

    /** The walk along the lines. */
    private static final class Chain {

        private final @Nullable AuditCheckpoint checkpoint;
        private final Map<Long, Set<String>> told = new HashMap<>();
        private final long lastTold;
        private String node = "";
        private String hash = AuditLine.NO_HASH;
        private long lines;
        private @Nullable Long firstBad;
        private @Nullable String reason;

        Chain(@Nullable AuditCheckpoint checkpoint, List<AuditHead> told) {
            this.checkpoint = checkpoint;
            told.forEach(head -> this.told
                    .computeIfAbsent(head.sequence(), first -> new HashSet<>())
                    .add(head.hash()));
            this.lastTold = told.stream().mapToLong(AuditHead::sequence).max().orElse(-1);
        }

        void add(String text) {
            long sequence = lines++;
            if (firstBad != null) {
                return;
            }
            AuditLine line = AuditLine.readIntact(text);
            if (line == null) {
                bad("The line was changed: its hash does not fit.");
            } else if (line.sequence() != sequence || !line.prev().equals(hash)) {
                bad("The line does not follow the one before it: lines were removed, moved or put in.");
            } else if (sequence == 0 && !isHead(line)) {
                bad("The head names a format that is not " + AuditLine.FORMAT + " " + AuditLine.VERSION + ".");
            } else if (checkpoint != null
                    && sequence == checkpoint.sequence()
                    && !line.hash().equals(checkpoint.hash())) {
                bad("The line is not the one that the checkpoint names: the log was rewritten.");
            } else if (checkpoint != null && sequence > checkpoint.sequence()) {
                bad("The line comes after the checkpoint: the node did not vouch for it.");
            } else if (!told.getOrDefault(sequence, Set.of(line.hash())).equals(Set.of(line.hash()))) {
                bad("The line is not the one that other nodes were told of: the log was rewritten.");
            } else {
                node = line.json().path("node").asText();
                hash = line.hash();
            }
        }

        private static boolean isHead(AuditLine line) {
            return line.json().path("format").asText().equals(AuditLine.FORMAT)
                    && line.json().path("version").asInt() == AuditLine.VERSION;
        }

        void addTorn() {
            lines++;
            if (firstBad == null) {
                bad("The last line is torn.");
            }
        }

        Verdict end(@Nullable String checkpointProblem) {
            if (firstBad == null && checkpoint != null && checkpoint.sequence() >= lines) {
                firstBad = lines + 1;
                reason = "Lines were cut off: the checkpoint names line " + (checkpoint.sequence() + 1) + ".";
            } else if (firstBad == null && lastTold >= lines) {
                firstBad = lines + 1;
                reason = "Lines were cut off: other nodes were told of line " + (lastTold + 1) + ".";
            } else if (firstBad == null && checkpointProblem != null) {
                firstBad = lines + 1;
                reason = checkpointProblem;
            }
            return new Verdict(node, lines, firstBad, reason);
        }

        private void bad(String why) {
            firstBad = lines;
            reason = why;
        }
    }
}
