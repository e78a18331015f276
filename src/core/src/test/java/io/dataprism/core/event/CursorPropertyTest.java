package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** What others make of cursors: refused with {@code REQUEST_INVALID}, or a place in the log, and nothing else. */
class CursorPropertyTest {

    private static final long MOST = 3_656_158_440_062_975L; // ten digits of base 36

    private final EventLog log = log();
    private final String prefix = "1~" + log.epoch() + "~";

    private static EventLog log() {
        EventLog log = new LocalEventLog(new EventLog.Limits(20, 1 << 26, Duration.ofHours(1)), InstantSource.system());
        for (int i = 0; i < 50; i++) {
            log.append(Topic.parse("t" + i % 7), "/users/eve", "1".getBytes(StandardCharsets.UTF_8));
        }
        return log;
    }

    @Property(tries = 2000)
    void anyTextIsAPlaceOrRefused(@ForAll("nearlyCursors") String text) {
        try {
            EventLog.Place place = log.place(new Start.After(text));
            assertThat(place.position()).isBetween(30L, 50L);
            assertThat(place.cursor()).isEqualTo(text);
        } catch (DataPrismException refused) {
            assertThat(refused.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
            assertThat(refused.detail()).hasSizeLessThan(200);
        }
    }

    @Property
    void whatParsesIsWhatWasWritten(@ForAll @Size(EventLog.SHARDS) List<@LongRange(max = MOST) Long> counts) {
        String text = Cursor.encode(
                Cursor.prefix("abc1"), counts.stream().map(Cursor::countText).toArray(String[]::new));

        Cursor cursor = Cursor.parse(text);

        assertThat(cursor.epoch()).isEqualTo("abc1");
        assertThat(cursor.position())
                .isEqualTo(counts.stream().mapToLong(Long::longValue).sum())
                .isNotNegative();
        assertThat(text).hasSizeLessThanOrEqualTo(Cursor.LENGTH_LIMIT).matches("[A-Za-z0-9._~-]+");
    }

    @Property
    void aPositionBeyondTheHeadIsRefused(
            @ForAll @Size(EventLog.SHARDS) List<@LongRange(min = 7, max = MOST) Long> counts) {
        assertRefused(prefix + joined(counts));
    }

    @Property
    void countsThatDoNotFitThePositionAreRefused(@ForAll @LongRange(min = 30, max = 50) long position) {
        // every event in one shard: seven topics never are
        assertRefused(prefix + Long.toString(position, 36) + ".0.0.0.0.0.0.0");
        assertRefused(prefix + "0.0.0.0.0.0.0.0" + Long.toString(position, 36));
    }

    @Property
    void anotherNumberOfShardsIsRefused(@ForAll @Size(max = 40) List<@LongRange(max = 100) Long> counts) {
        if (counts.size() != EventLog.SHARDS) {
            assertRefused(prefix + joined(counts));
        }
    }

    private void assertRefused(String text) {
        assertThatCode(() -> log.place(new Start.After(text)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID));
    }

    private static String joined(List<Long> counts) {
        return counts.stream().map(count -> Long.toString(count, 36)).collect(Collectors.joining("."));
    }

    /** Cursors with something changed, cut, doubled or put in, and what never was one. */
    @Provide
    Arbitrary<String> nearlyCursors() {
        Arbitrary<String> good = Arbitraries.integers()
                .between(30, 49)
                .map(position -> log.read(position, 1).events().getFirst().cursor());
        Arbitrary<String> piece = Arbitraries.strings()
                .withChars("0123456789abcxyzZ.~-_ \n\u0661\u00e9")
                .ofMaxLength(14);
        Arbitrary<String> changed = good.flatMap(text -> Arbitraries.integers()
                .between(0, text.length())
                .flatMap(at -> Arbitraries.integers()
                        .between(at, text.length())
                        .flatMap(to -> piece.map(put -> text.substring(0, at) + put + text.substring(to)))));
        Arbitrary<String> counts = Arbitraries.longs()
                .between(0, Long.MAX_VALUE)
                .map(count -> Long.toString(count, 36))
                .list()
                .ofMaxSize(10)
                .map(each -> prefix + String.join(".", each));
        return Arbitraries.oneOf(good, changed, counts, Arbitraries.strings().ofMaxLength(600));
    }
}
