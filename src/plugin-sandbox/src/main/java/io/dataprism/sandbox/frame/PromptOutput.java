package io.dataprism.sandbox.frame;

import java.io.IOException;
import java.io.OutputStream;

/** A stream that can also take what it has room for and no more. {@link #write} waits for room, {@link #offer} never does. */
public abstract class PromptOutput extends OutputStream {

    /** @return how many of the bytes it took, perhaps none */
    public abstract int offer(byte[] bytes, int offset, int length) throws IOException;
}
