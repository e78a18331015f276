package io.dataprism.cluster.blob;

import io.dataprism.cluster.Member;
import io.dataprism.core.catalog.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * One file on its way here: out of pieces, which may be different nodes'. Where the whole is not what it should be and several nodes
 * had a part in it, each is asked for all of it; one that sends something else by itself is not asked again. One thread.
 */
final class BlobDownload implements PieceRequest.Sink, AutoCloseable {

    private static final int FRUITLESS_ROUNDS = 3;

    /** What is to be done between two rounds. */
    interface Pause {
        /** Blocks for a moment; false: it is over. */
        boolean await(int round) throws InterruptedException;
    }

    private final String digest;
    private final Path target;
    private final Path temporary;
    private final FileChannel file;
    private final PieceRequest requests;
    private final BlobCounters counters;
    private final MessageDigest sha256 = newDigest();
    private final Map<String, String> said = new LinkedHashMap<>();
    private final Set<String> liars = new HashSet<>();
    private final Set<String> contributors = new HashSet<>();
    private final long endNanos;
    private long offset;
    private long total = -1;
    private long received;
    private boolean broken;
    private boolean apart;

    /** @param endNanos when it is given up, as {@link System#nanoTime} */
    BlobDownload(String digest, Path target, PieceRequest requests, BlobCounters counters, long endNanos)
            throws IOException {
        this.endNanos = endNanos;
        this.digest = digest;
        this.target = target;
        this.requests = requests;
        this.counters = counters;
        this.temporary = target.resolveSibling("." + digest + "-" + UUID.randomUUID());
        this.file = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256, this one has not.", impossible);
        }
    }

    /** What each node that was asked said last. */
    List<String> said() {
        return said.entrySet().stream()
                .map(each -> each.getKey() + " " + each.getValue())
                .toList();
    }

    /**
     * Asks nodes in turn until the file is there.
     *
     * @param peers those that are seen when it is asked, in the order in which to ask them
     * @return whether it is there; false: no node has it, or the pause said that it is over
     */
    boolean run(Supplier<List<Member>> peers, String path, Pause pause) throws IOException, InterruptedException {
        int fruitless = 0;
        for (int round = 1; ; round++) {
            long before = received;
            Set<PieceRequest.Outcome> outcomes = EnumSet.noneOf(PieceRequest.Outcome.class);
            for (Member peer : peers.get()) {
                if (!liars.contains(peer.id())) {
                    outcomes.add(ask(peer, path));
                    if (outcomes.contains(PieceRequest.Outcome.WHOLE)) {
                        return true;
                    }
                }
            }
            boolean hopeful = received > before || outcomes.contains(PieceRequest.Outcome.BUSY);
            fruitless = hopeful ? 0 : fruitless + 1;
            outcomes.remove(PieceRequest.Outcome.ABSENT);
            if (outcomes.isEmpty() || fruitless == FRUITLESS_ROUNDS || !pause.await(round)) {
                return false;
            }
        }
    }

    /** Piece by piece from one node; one that breaks off is asked once more. */
    private PieceRequest.Outcome ask(Member peer, String path) throws IOException, InterruptedException {
        if (apart) {
            reset();
        }
        boolean askedAgain = false;
        while (true) {
            long start = offset;
            if (broken && start > 0) {
                counters.resumed.increment();
            }
            PieceRequest.Outcome outcome =
                    requests.ask(Objects.requireNonNull(peer.peer()), path, offset, endNanos, this);
            if (offset > start) {
                contributors.add(peer.id());
            }
            broken = outcome == PieceRequest.Outcome.BROKEN;
            if (outcome == PieceRequest.Outcome.WHOLE && offset == total) {
                return accept(peer) ? outcome : PieceRequest.Outcome.BROKEN;
            }
            if (outcome != PieceRequest.Outcome.WHOLE) {
                said.put(peer.id(), said(outcome));
                if (!broken || askedAgain || offset == start) {
                    return outcome;
                }
                askedAgain = true;
            }
        }
    }

    private String said(PieceRequest.Outcome outcome) {
        return switch (outcome) {
            case ABSENT -> "has not got it";
            case BUSY -> "is busy";
            case BROKEN, WHOLE -> "could not be reached, or broke off at byte " + offset;
        };
    }

    private boolean accept(Member last) throws IOException {
        if (digest.equals(HexFormat.of().formatHex(sha256.digest()))) {
            finish();
            return true;
        }
        counters.rejected.increment();
        said.put(last.id(), "sent something else");
        if (contributors.size() == 1) {
            liars.add(last.id());
        }
        apart = true;
        reset();
        return false;
    }

    private void finish() throws IOException {
        file.force(true);
        Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.forceFolder(Objects.requireNonNull(target.getParent(), "a file lies in a folder"));
        counters.fetched.increment();
    }

    private void reset() throws IOException {
        file.truncate(0);
        file.position(0);
        sha256.reset();
        contributors.clear();
        offset = 0;
        total = -1;
    }

    @Override
    public boolean begin(long size) {
        if (total >= 0 && total != size) {
            apart = true; // one of two nodes has something else under that name
            return false;
        }
        total = size;
        return true;
    }

    @Override
    public void take(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
        sha256.update(bytes);
        offset += bytes.length;
        received += bytes.length;
        counters.fetchedBytes.add(bytes.length);
    }

    @Override
    public void close() throws IOException {
        file.close();
        Files.deleteIfExists(temporary);
    }
}
