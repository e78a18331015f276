package io.dataprism.core.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Gzip at a fast level. */
public final class GzipStream implements BodyPacking {

    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};
    private static final int TRAILER_BYTES = 8;
    private static final int LEVEL = 3;

    private final Deflater deflater = new Deflater(LEVEL, true);
    private final CRC32 checksum = new CRC32();
    private final byte[] block = new byte[16 * 1024];
    private boolean begun;
    private boolean ended;

    @Override
    public String encoding() {
        return "gzip";
    }

    @Override
    public void pack(ByteSink sink, boolean last) {
        ByteBuffer plain = sink.take();
        checksum.update(plain.duplicate());
        deflater.setInput(plain);
        if (!begun) {
            begun = true;
            sink.add(HEADER);
        }
        if (last) {
            deflater.finish();
        }
        int count;
        do {
            count = deflater.deflate(block, 0, block.length, last ? Deflater.NO_FLUSH : Deflater.SYNC_FLUSH);
            sink.add(ByteBuffer.wrap(block, 0, count));
        } while (last ? !deflater.finished() : count == block.length);
        if (last) {
            sink.add(trailer());
        }
    }

    private ByteBuffer trailer() {
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.putInt((int) checksum.getValue()).putInt((int) deflater.getBytesRead());
        return trailer.flip();
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            deflater.end();
        }
    }
}
