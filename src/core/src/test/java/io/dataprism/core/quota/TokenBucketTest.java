package io.dataprism.core.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class TokenBucketTest {

    private static final long SECOND_NANOS = 1_000_000_000L;

    @Property(tries = 200)
    void neverMoreIsGivenThanTheBurstAndWhatHasComeSince(
            @ForAll @IntRange(min = 1, max = 1_000) int perSecond,
            @ForAll @IntRange(min = 1, max = 1_000) int most,
            @ForAll @Size(max = 50) List<@IntRange(min = 0, max = 500) Integer> pausesMillis) {
        TokenBucket bucket = new TokenBucket(perSecond, most, 0);
        long nowNanos = 0;
        long given = 0;
        for (int pause : pausesMillis) {
            nowNanos += pause * 1_000_000L;
            while (bucket.takeOne(nowNanos)) {
                given++;
            }
            assertThat((double) given)
                    .isLessThanOrEqualTo(most + perSecond * (nowNanos / (double) SECOND_NANOS) + 1e-6);
        }
    }

    @Property(tries = 100)
    void afterTheTimeThatFillsItItIsAsGoodAsNew(
            @ForAll @IntRange(min = 1, max = 1_000) int perSecond,
            @ForAll @IntRange(min = 1, max = 1_000) int most,
            @ForAll @IntRange(min = 0, max = 5_000) int taken) {
        TokenBucket bucket = new TokenBucket(perSecond, most, 0);
        bucket.take(taken);
        assertThat(bucket.isFull(0)).isEqualTo(taken == 0);
        assertThat(bucket.isFull(SECOND_NANOS * (1 + taken / perSecond))).isTrue();
        assertThat(bucket.left(SECOND_NANOS * (2 + taken / perSecond))).isEqualTo(most);
    }
}
