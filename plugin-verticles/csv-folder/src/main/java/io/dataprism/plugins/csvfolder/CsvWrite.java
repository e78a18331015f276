package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.Batch;
import io.dataprism.plugin.Batches;
import io.dataprism.plugin.PluginException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Batches as a file that takes its name when it is whole and on the disk; until then, and where anything fails, what was there
 * before stays. Used by one thread at a time; blocks.
 */
final class CsvWrite {

    private static final int AHEAD_BATCHES = 2;

    private final Folder folder;
    private final CsvFile file;
    private final boolean replace;
    private final CsvRows form;
    private final Path temporary;
    private final FileChannel channel;
    private final MessageDigest digest;
    private final @Nullable GZIPOutputStream packing;
    private final BufferedWriter out;
    private boolean headed;
    private long rows;

    /**
     * What was written.
     *
     * @param digest of the file's bytes
     */
    record Written(long rows, FileState state, String digest) {}

    private CsvWrite(Folder folder, CsvFile file, boolean replace) throws IOException {
        this.folder = folder;
        this.file = file;
        this.replace = replace;
        this.form = new CsvRows(file.delimiter());
        this.temporary = folder.temporary();
        this.digest = CsvSource.sha256();
        this.channel = FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        OutputStream raw = new DigestOutputStream(Channels.newOutputStream(channel), digest);
        this.packing = file.isPacked() ? new GZIPOutputStream(raw) : null;
        this.out = new BufferedWriter(
                new OutputStreamWriter(packing == null ? raw : packing, StandardCharsets.UTF_8), 1 << 16);
    }

    /** @param replace whether a file of that name may be there */
    static Mono<Written> of(Folder folder, CsvFile file, boolean replace, Flux<Batch> batches) {
        Scheduler scheduler = Schedulers.boundedElastic();
        return Mono.using(
                        () -> open(folder, file, replace),
                        write -> Batches.forEach(
                                        batches.publishOn(scheduler, AHEAD_BATCHES)
                                                .doOnDiscard(Batch.class, Batch::close),
                                        write::add)
                                .then(Mono.fromCallable(write::finish)),
                        CsvWrite::close)
                .onErrorMap(IOException.class, failure -> Folder.failed("write", file.name(), failure));
    }

    private static CsvWrite open(Folder folder, CsvFile file, boolean replace) throws IOException {
        if (!replace && folder.has(file)) {
            throw Folder.taken(file);
        }
        return new CsvWrite(folder, file, replace);
    }

    private void add(Batch batch) {
        try {
            if (!headed) {
                headed = true;
                out.write(form.header(batch));
            }
            for (int row = 0; row < batch.rowCount(); row++) {
                out.write(form.row(batch, row));
            }
            rows += batch.rowCount();
        } catch (IOException failure) {
            throw Folder.failed("write", file.name(), failure);
        }
    }

    private Written finish() throws IOException {
        if (!headed) {
            throw PluginException.invalidParameter("input", "has no columns: it needs a batch at least");
        }
        out.flush();
        if (packing != null) {
            packing.finish();
        }
        channel.force(true);
        if (replace) {
            folder.replace(temporary, file);
        } else {
            folder.create(temporary, file);
        }
        return new Written(rows, folder.state(file), HexFormat.of().formatHex(digest.digest()));
    }

    private void close() {
        try {
            channel.close();
            Files.deleteIfExists(temporary);
        } catch (IOException failure) {
            throw Folder.failed("give up", file.name(), failure);
        }
    }
}
