package io.dataprism.cluster.shared;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.projection.Projection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;

/**
 * What a look at everything brings of each entry: its key, behind a digest of what is sealed there. It is computed where the entry lies, so
 * that a look costs some bytes for each entry and not all of them.
 */
public final class Fingerprint implements Projection<Map.Entry<String, byte[]>, byte[]>, IdentifiedDataSerializable {

    private static final long serialVersionUID = 1L;
    private static final int BYTES = 16;
    private static final byte[] NOTHING = new byte[0];

    @Override
    public byte[] transform(Map.Entry<String, byte[]> entry) {
        Object key = entry.getKey();
        Object value = entry.getValue();
        if (!(key instanceof String text) || !(value instanceof byte[] sealed)) {
            return NOTHING; // not of ours
        }
        byte[] name = text.getBytes(StandardCharsets.UTF_8);
        byte[] print = Arrays.copyOf(of(sealed), BYTES + name.length);
        System.arraycopy(name, 0, print, BYTES, name.length);
        return print;
    }

    /** Of something sealed. */
    static byte[] of(byte[] sealed) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(sealed), BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256.", impossible);
        }
    }

    /** Of an answer of {@link #transform}; empty arrays are none. */
    static boolean isOne(byte[] answer) {
        return answer.length > BYTES;
    }

    static byte[] print(byte[] answer) {
        return Arrays.copyOf(answer, BYTES);
    }

    static String key(byte[] answer) {
        return new String(answer, BYTES, answer.length - BYTES, StandardCharsets.UTF_8);
    }

    @Override
    public int getFactoryId() {
        return SharedTypes.FACTORY;
    }

    @Override
    public int getClassId() {
        return SharedTypes.FINGERPRINT;
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // it has nothing of its own
    }

    @Override
    public void readData(ObjectDataInput in) {
        // it has nothing of its own
    }
}
