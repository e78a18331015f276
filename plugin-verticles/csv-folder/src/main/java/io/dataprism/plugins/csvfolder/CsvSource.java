package io.dataprism.plugins.csvfolder;

import io.dataprism.plugin.PluginException;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** One open file, which can be read several times. Used by one thread at a time; blocks. Closing again does nothing. */
final class CsvSource implements Closeable {

    private static final long MOST_BYTES = 16L << 30;

    private final FileChannel channel;
    private final CsvFile file;
    private final FileState state;

    /** @param state when it was opened */
    CsvSource(FileChannel channel, CsvFile file, FileState state) {
        this.channel = channel;
        this.file = file;
        this.state = state;
    }

    CsvFile file() {
        return file;
    }

    FileState state() {
        return state;
    }

    /** Begins to read from the first byte; what was begun before is no longer good. */
    Pass pass() throws IOException {
        channel.position(0);
        return new Pass();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** One reading of the file. */
    final class Pass {

        private final DigestInputStream raw;
        private final CsvParser parser;

        private Pass() throws IOException {
            raw = new DigestInputStream(Channels.newInputStream(channel), sha256());
            parser = new CsvParser(
                    new InputStreamReader(
                            new Bounded(unpacked()),
                            StandardCharsets.UTF_8
                                    .newDecoder()
                                    .onMalformedInput(CodingErrorAction.REPORT)
                                    .onUnmappableCharacter(CodingErrorAction.REPORT)),
                    file.name(),
                    file.delimiter());
        }

        private InputStream unpacked() throws IOException {
            try {
                return file.isPacked() ? new GZIPInputStream(raw, 1 << 16) : raw;
            } catch (ZipException notPacked) {
                throw new PluginException(
                        "REQUEST_INVALID", "The file '" + file + "' is not in the form of gzip.", notPacked);
            }
        }

        CsvParser parser() {
            return parser;
        }

        /** Of all bytes of the file: reads what is left of them. */
        String digest() throws IOException {
            raw.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(raw.getMessageDigest().digest());
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }

    /** A small file that unpacks to something without end is not read without end. */
    private final class Bounded extends FilterInputStream {

        private long count;

        Bounded(InputStream from) {
            super(from);
        }

        @Override
        public int read(byte[] bytes, int at, int length) throws IOException {
            int read = super.read(bytes, at, length);
            count += Math.max(0, read);
            if (count > MOST_BYTES) {
                throw new PluginException(
                        "REQUEST_INVALID", "The file '" + file + "' has more than " + MOST_BYTES + " bytes.");
            }
            return read;
        }
    }
}
