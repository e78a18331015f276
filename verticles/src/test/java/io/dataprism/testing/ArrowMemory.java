package io.dataprism.testing;

import java.time.Duration;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Arrow memory that must all come back: one byte that is left fails the test, with the place where it was taken if
 * {@code arrow.memory.debug.allocator} is on, as it is in these modules' tests. As a field with {@code @RegisterExtension} it checks after each test; where
 * extensions do not run, as in properties, it is a resource to close. What is freed on other threads may take 10 s.
 */
public final class ArrowMemory implements AfterEachCallback, AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RootAllocator root;

    public ArrowMemory() {
        this(Long.MAX_VALUE);
    }

    public ArrowMemory(long limitBytes) {
        this.root = new RootAllocator(limitBytes);
    }

    public BufferAllocator allocator() {
        return root;
    }

    /** Checks now that nothing is taken, and goes on. */
    public void assertAllBack() {
        try {
            Awaitility.await().pollDelay(Duration.ZERO).atMost(PATIENCE).until(() -> root.getAllocatedMemory() == 0);
        } catch (ConditionTimeoutException leaked) {
            throw new AssertionError("Arrow memory leaked: " + root.toVerboseString(), leaked);
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        close();
    }

    @Override
    public void close() {
        assertAllBack();
        root.close();
    }
}
