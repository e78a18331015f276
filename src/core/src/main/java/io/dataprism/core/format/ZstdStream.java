package io.dataprism.core.format;

import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** Zstandard at its fastest level; holds about one mebibyte of native memory, whatever is written. */
public final class ZstdStream implements BodyPacking {

    private static final int LEVEL = 1;

    private final Into target = new Into();
    private final ZstdOutputStreamNoFinalizer zstd;
    private boolean closed;

    public ZstdStream() {
        try {
            zstd = new ZstdOutputStreamNoFinalizer(target, LEVEL);
        } catch (IOException impossible) {
            throw impossible(impossible);
        }
    }

    /** Where the packed bytes go: the sink of the call under way. */
    private static final class Into extends OutputStream {

        private ByteSink sink = new ByteSink(0);

        @Override
        public void write(int octet) {
            sink.add(ByteBuffer.wrap(new byte[] {(byte) octet}));
        }

        @Override
        public void write(byte[] bytes, int start, int length) {
            sink.add(ByteBuffer.wrap(bytes, start, length));
        }
    }

    @Override
    public String encoding() {
        return "zstd";
    }

    @Override
    public void pack(ByteSink sink, boolean last) {
        ByteBuffer plain = sink.take();
        target.sink = sink;
        try {
            zstd.write(plain.array(), plain.arrayOffset() + plain.position(), plain.remaining());
            if (last) {
                close();
            } else {
                zstd.flush();
            }
        } catch (IOException impossible) {
            throw impossible(impossible);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            zstd.close();
        } catch (IOException impossible) {
            throw impossible(impossible);
        }
    }

    private static UncheckedIOException impossible(IOException e) {
        return new UncheckedIOException("Bytes in memory could not be compressed", e);
    }
}
