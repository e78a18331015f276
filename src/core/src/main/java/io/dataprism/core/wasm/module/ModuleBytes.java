package io.dataprism.core.wasm.module;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a part of a module from its front. Every number is bounded by who asks for it. One thread. */
final class ModuleBytes {

    private static final int VARINT_BITS = 7;
    private static final int VARINT_REST = 0x7f;
    private static final int VARINT_MORE = 0x80;
    private static final int NUMBER_BITS = 32;

    private final byte[] bytes;
    private final int end;
    private int at;

    ModuleBytes(byte[] bytes, int at, int end) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
    }

    boolean atEnd() {
        return at == end;
    }

    int position() {
        return at;
    }

    int left() {
        return end - at;
    }

    int octet() {
        if (at >= end) {
            throw broken("it ends in the middle of something, at byte " + at);
        }
        return bytes[at++] & 0xff;
    }

    /** An unsigned number of 32 bits. */
    long number() {
        long value = 0;
        for (int shift = 0; shift < NUMBER_BITS; shift += VARINT_BITS) {
            int octet = octet();
            value |= (long) (octet & VARINT_REST) << shift;
            if ((octet & VARINT_MORE) == 0) {
                if (value > 0xffff_ffffL) {
                    break;
                }
                return value;
            }
        }
        throw broken("the number before byte " + at + " has more than 32 bits");
    }

    /** How many of something there are. */
    int count(String what, int most) {
        long count = number();
        if (count > most) {
            throw beyond(what, count, most);
        }
        return (int) count;
    }

    /** The next so many bytes, to be read by themselves. */
    ModuleBytes part(long length) {
        if (length > left()) {
            throw broken("a part of " + length + " bytes begins at byte " + at + " of " + bytes.length);
        }
        int from = at;
        at += (int) length;
        return new ModuleBytes(bytes, from, at);
    }

    String name() {
        int length = count("bytes of a name", ModuleLimits.NAME_BYTES);
        ModuleBytes part = part(length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, part.at, length))
                    .toString();
        } catch (CharacterCodingException broken) {
            throw refused("the name at byte " + part.at + " is not UTF-8", "Build the module again.", broken);
        }
    }

    void requireEnd(String what) {
        if (!atEnd()) {
            throw broken(left() + " bytes are left over in its " + what + " section");
        }
    }

    static DataPrismException broken(String problem) {
        return refused("it cannot be read: " + problem, "Build the module again.", null);
    }

    static DataPrismException beyond(String what, long count, long most) {
        return refused(
                "it has " + count + " " + what + "; at most " + most + " are allowed",
                "Leave out what the plugin does not need, and let the compiler optimise for size.",
                null);
    }

    static DataPrismException refused(String problem, String hint, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.PACKAGE_INVALID, "The WebAssembly module is refused: " + problem + ".", hint, cause);
    }
}
