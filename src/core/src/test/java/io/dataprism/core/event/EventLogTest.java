package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
    private final InstantSource clock = now::get;

    @Test
    void anEventIsACloudEvent() throws Exception {
        EventLog log = log(10);

        StoredEvent event = append(log, "plugin:my.plugin:done", "{\"rows\":[1,\"ä\"]}");

        JsonNode json = JSON.readTree(event.json());
        assertThat(json.path("specversion").asText()).isEqualTo("1.0");
        assertThat(json.path("id").asText()).isNotEmpty();
        assertThat(json.path("source").asText()).isEqualTo("/users/\"eve\"");
        assertThat(json.path("type").asText()).isEqualTo("io.dataprism.plugin.my.plugin.done");
        assertThat(json.path("subject").asText()).isEqualTo("plugin:my.plugin:done");
        assertThat(json.path("time").asText()).isEqualTo("2026-11-22T10:00:00Z");
        assertThat(json.path("datacontenttype").asText()).isEqualTo("application/json");
        assertThat(json.path("data")).isEqualTo(JSON.readTree("{\"rows\":[1,\"ä\"]}"));
        assertThat(json.path("sequence").asText()).isEqualTo("00000000000000000000");
        assertThat(json.path("epoch").isTextual()).isTrue();
        assertThat(new String(event.json(), event.dataOffset(), event.dataLength(), StandardCharsets.UTF_8))
                .isEqualTo("{\"rows\":[1,\"ä\"]}");
        assertThat(event.cursor()).matches("[A-Za-z0-9._~-]{1,512}");
    }

    @Test
    void sequencesOfATopicRiseAndOneReaderSeesTheOrderOfAppending() throws Exception {
        EventLog log = log(1000);
        for (int i = 0; i < 100; i++) {
            append(log, "t" + i % 7, String.valueOf(i));
        }

        List<StoredEvent> events = log.read(0, 1000).events();

        assertThat(events).extracting(event -> data(event)).containsExactlyElementsOf(numbers(100));
        for (int topic = 0; topic < 7; topic++) {
            String name = "t" + topic;
            List<String> sequences = new ArrayList<>();
            for (StoredEvent event : events) {
                if (event.topic().name().equals(name)) {
                    sequences.add(JSON.readTree(event.json()).path("sequence").asText());
                }
            }
            assertThat(sequences).isSorted().doesNotHaveDuplicates();
        }
    }

    @Property(tries = 200)
    void readingOnFromAnyCursorShowsWhatFollowsItAndNothingElse(
            @ForAll @IntRange(min = 0, max = 60) int appended, @ForAll @IntRange(min = 1, max = 40) int kept) {
        EventLog log = log(kept);
        List<String> cursors = new ArrayList<>();
        cursors.add(log.head().cursor());
        for (int i = 0; i < appended; i++) {
            cursors.add(append(log, "t" + i % 5, String.valueOf(i)).cursor());
        }

        for (int i = 0; i <= appended; i++) {
            EventLog.Place place = log.place(new Start.After(cursors.get(i)));
            int oldest = Math.max(0, appended - kept);
            if (i < oldest) {
                assertThat(place.gap()).isEqualTo(new Gap(cursors.get(i), cursors.get(oldest), Gap.Reason.EXPIRED));
            } else {
                assertThat(place.gap()).isNull();
            }
            assertThat(log.read(place.position(), 1000).events())
                    .extracting(event -> data(event))
                    .containsExactlyElementsOf(numbers(appended).subList(Math.max(i, oldest), appended));
        }
    }

    @Test
    void aCursorOfAnotherLifeOfTheLogGetsAGap() {
        String foreign = append(log(5), "a", "1").cursor();
        EventLog log = log(5);
        append(log, "a", "2");

        EventLog.Place place = log.place(new Start.After(foreign));

        assertThat(place.gap())
                .isEqualTo(new Gap(foreign, log.place(new Start.Earliest()).cursor(), Gap.Reason.EPOCH));
        assertThat(place.position()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "1~abc~0.0",
                "1~abc~0.0.0.0.0.0.0.0.0",
                "1~ABC~0.0.0.0.0.0.0.0",
                "2~abc~0.0.0.0.0.0.0.0",
                "1~abc~0.0.0.0.0.0.0.-1",
                "1~abc~0.0.0.0.0.0.0.zzzzzzzzzzz"
            })
    void aMalformedCursorIsRefused(String text) {
        assertThatThrownBy(() -> log(5).place(new Start.After(text)))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID));
    }

    @Test
    void aCursorThatNobodyGaveOutIsRefused() {
        EventLog log = log(5);
        append(log, "a", "1");
        String aheadOfTheLog = "1~" + log.epoch() + "~9.0.0.0.0.0.0.0";

        assertThatThrownBy(() -> log.place(new Start.After(aheadOfTheLog))).isInstanceOf(DataPrismException.class);
        assertThatThrownBy(() -> log.place(new Start.After("a".repeat(513)))).isInstanceOf(DataPrismException.class);
    }

    @Test
    void bytesAndAgeBoundTheLogToo() {
        EventLog heavy = new LocalEventLog(new EventLog.Limits(100, 10_000, Duration.ofHours(1)), clock);
        for (int i = 0; i < 20; i++) {
            append(heavy, "a", "\"" + "x".repeat(2000) + "\"");
        }
        assertThat(heavy.size()).isLessThan(5);
        assertThat(heavy.weightBytes()).isLessThanOrEqualTo(10_000);

        EventLog log = log(10);
        append(log, "a", "1");
        now.set(now.get().plusSeconds(3601));
        append(log, "a", "2");
        assertThat(log.read(1, 10).events()).extracting(event -> data(event)).containsExactly("2");
        assertThat(log.read(0, 10).trimmed()).isNotNull();
        now.set(now.get().plusSeconds(3601));
        log.expire();
        assertThat(log.size()).isZero();
        assertThat(log.weightBytes()).isZero();
    }

    @Test
    void aClearedLogTellsItsReaders() {
        EventLog log = log(10);
        String before = append(log, "a", "1").cursor();
        append(log, "a", "2");

        log.clear();

        assertThat(log.place(new Start.After(before)).gap())
                .isEqualTo(new Gap(before, log.head().cursor(), Gap.Reason.EXPIRED));
        assertThat(log.place(new Start.Earliest()).gap()).isNull();
    }

    @Test
    void dataThatAreTooLargeAreRefused() {
        EventLog log = log(10);
        append(log, "a", "\"" + "x".repeat(EventLog.Limits.DEFAULT.eventBytes() - 2) + "\"");

        assertThatThrownBy(() -> append(log, "a", "\"" + "x".repeat(EventLog.Limits.DEFAULT.eventBytes()) + "\""))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE));
        assertThat(log.size()).isEqualTo(1);
    }

    @Test
    void readersSeeNoHoleAndNoDoubleWhileManyAppend() throws Exception {
        EventLog log = log(100_000);
        int writers = 4;
        int each = 5_000;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers + 3)) {
            List<Future<List<String>>> readers = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                int page = 1 + reader * 31;
                readers.add(threads.submit(() -> readUntil(log, writers * each, page)));
            }
            for (int writer = 0; writer < writers; writer++) {
                String topic = "w" + writer;
                threads.submit(() -> {
                    for (int i = 0; i < each; i++) {
                        append(log, topic, String.valueOf(i));
                    }
                });
            }
            List<String> first = readers.get(0).get(20, TimeUnit.SECONDS);
            for (Future<List<String>> reader : readers) {
                assertThat(reader.get(20, TimeUnit.SECONDS)).isEqualTo(first);
            }
            for (int writer = 0; writer < writers; writer++) {
                String prefix = "w" + writer + "=";
                assertThat(first.stream().filter(text -> text.startsWith(prefix)))
                        .containsExactlyElementsOf(
                                numbers(each).stream().map(prefix::concat).toList());
            }
        }
    }

    private static List<String> readUntil(EventLog log, int count, int page) {
        List<String> seen = new ArrayList<>();
        long position = 0;
        while (position < count) {
            List<StoredEvent> events = log.read(position, page).events();
            events.forEach(event -> seen.add(event.topic() + "=" + data(event)));
            position += events.size();
            Thread.onSpinWait();
        }
        return seen;
    }

    private EventLog log(int events) {
        return new LocalEventLog(new EventLog.Limits(events, 1 << 26, Duration.ofHours(1)), clock);
    }

    private static StoredEvent append(EventLog log, String topic, String json) {
        return log.append(Topic.parse(topic), "/users/\"eve\"", json.getBytes(StandardCharsets.UTF_8));
    }

    private static String data(StoredEvent event) {
        return new String(event.json(), event.dataOffset(), event.dataLength(), StandardCharsets.UTF_8);
    }

    private static List<String> numbers(int count) {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(String.valueOf(i));
        }
        return numbers;
    }
}
