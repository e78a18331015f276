package io.dataprism.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static final long BATCH_BYTES = 1 << 20;

    private static void assertOverloaded(DataPrismException refusal, String detail) {
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.OVERLOADED);
        assertThat(refusal.detail()).contains(detail);
        assertThat(refusal.toJson()).containsKey("retryAfterSeconds");
    }

    @Test
    void oneUserMayOpenSoManyAndOthersStillMay() {
        try (BufferAllocator allocator = new RootAllocator()) {
            Admission admission = new Admission(new EngineLimits(1, 4, 2, BATCH_BYTES), allocator);
            assertThat(admission.tryEnter("ann")).isNull();
            assertThat(admission.tryEnter("ann")).isNull();
            assertOverloaded(admission.tryEnter("ann"), "ann has 2 open queries");
            assertThat(admission.tryEnter("bob")).isNull();
            admission.leave("ann");
            assertThat(admission.tryEnter("ann")).isNull();
            assertThat(admission.refusals()).isOne();
        }
    }

    @Test
    void theNodeTakesSoManyOfAllUsersTogether() {
        try (BufferAllocator allocator = new RootAllocator()) {
            Admission admission = new Admission(new EngineLimits(1, 2, 2, BATCH_BYTES), allocator);
            assertThat(admission.tryEnter("ann")).isNull();
            assertThat(admission.tryEnter("bob")).isNull();
            assertOverloaded(admission.tryEnter("cy"), "This node has 2 open queries");
            admission.leave("bob");
            assertThat(admission.tryEnter("cy")).isNull();
        }
    }

    @Test
    void nobodyMayWhileTooManyBytesAreOnTheirWay() {
        try (BufferAllocator allocator = new RootAllocator()) {
            Admission admission = new Admission(new EngineLimits(1, 2, 2, BATCH_BYTES), allocator);
            try (ArrowBuf held = allocator.buffer(2 * BATCH_BYTES)) {
                assertThat(held.capacity()).isGreaterThan(BATCH_BYTES);
                assertOverloaded(admission.tryEnter("ann"), "more than " + BATCH_BYTES + " bytes");
            }
            assertThat(admission.tryEnter("ann")).isNull();
        }
    }
}
