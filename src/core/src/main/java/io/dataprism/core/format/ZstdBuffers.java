package io.dataprism.core.format;

import com.github.luben.zstd.Zstd;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.compression.AbstractCompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;

/**
 * The buffers of a batch, each compressed with zstd behind its plain length, as Arrow IPC has it. What it makes lives in the
 * batch's own allocator until the message is written. It only compresses.
 */
final class ZstdBuffers extends AbstractCompressionCodec {

    private static final int LEVEL = 1;

    @Override
    protected ArrowBuf doCompress(BufferAllocator allocator, ArrowBuf plain) {
        long capacity = Zstd.compressBound(plain.writerIndex());
        ArrowBuf packed = allocator.buffer(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH + capacity);
        long count = Zstd.compressUnsafe(
                packed.memoryAddress() + CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH,
                capacity,
                plain.memoryAddress(),
                plain.writerIndex(),
                LEVEL);
        if (Zstd.isError(count)) {
            packed.close();
            throw new IllegalStateException("A buffer of " + plain.writerIndex() + " bytes could not be compressed: "
                    + Zstd.getErrorName(count) + ".");
        }
        packed.writerIndex(CompressionUtil.SIZE_OF_UNCOMPRESSED_LENGTH + count);
        return packed;
    }

    @Override
    protected ArrowBuf doDecompress(BufferAllocator allocator, ArrowBuf packed) {
        throw new UnsupportedOperationException("Results are compressed here, and decompressed by who reads them.");
    }

    @Override
    public CompressionUtil.CodecType getCodecType() {
        return CompressionUtil.CodecType.ZSTD;
    }
}
