package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.event.journal.SegmentOpener;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** A log and a list of what was acknowledged, which must agree. */
final class LogUnderModel implements AutoCloseable {

    private static final EventLog.Limits LIMITS = new EventLog.Limits(25, 30_000, Duration.ofMinutes(30));
    private static final DurableEvents.SegmentBounds SEGMENTS = new DurableEvents.SegmentBounds(4_000, 100_000);
    private static final String SOURCE = "/users/eve";

    private final boolean durable;
    private final Path folder;
    private Instant now = Instant.parse("2026-11-22T10:00:00Z");
    private EventLog log;

    // the model
    private final List<StoredEvent> events = new ArrayList<>();
    private final List<Known> cursors = new ArrayList<>();
    private int oldest;
    private int number;

    /** What became of a cursor that was given out. */
    private enum Fate {
        GOOD,
        /** What it was behind is gone from the disk. */
        LOST,
        /** It is of a log that was in memory and ended. */
        FOREIGN
    }

    private record Known(String text, int position, Fate fate) {}

    LogUnderModel(boolean durable) throws IOException {
        this.durable = durable;
        this.folder = Files.createTempDirectory("event-log-model");
        open();
    }

    private void open() throws IOException {
        log = durable
                ? LocalEventLog.open(folder, LIMITS, () -> now, SegmentOpener.FILES, SEGMENTS)
                : new LocalEventLog(LIMITS, () -> now);
        know(log.head().cursor());
    }

    private void know(String cursor) {
        cursors.add(new Known(cursor, events.size(), Fate.GOOD));
    }

    int cursorCount() {
        return cursors.size();
    }

    void follow(LogStep step) throws IOException {
        switch (step) {
            case LogStep.Append(int topic, int bytes) -> acknowledged(log.append(topic(topic), SOURCE, data(bytes)));
            case LogStep.Group(int count) -> appendTogether(count);
            case LogStep.Read(int cursor, int page) -> check(cursors.get(cursor % cursors.size()), page);
            case LogStep.Clear() -> {
                log.clear();
                oldest = events.size();
            }
            case LogStep.Wait(int seconds) -> {
                now = now.plusSeconds(seconds);
                log.expire();
            }
            case LogStep.Restart() -> restart(() -> {});
            case LogStep.RestartTorn(int bytes) -> restart(() -> tear(bytes));
            case LogStep.RestartCut(int place) -> restart(() -> cut(place));
        }
        trim();
    }

    private void appendTogether(int count) {
        List<CompletableFuture<StoredEvent>> group = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            group.add(log.publish(topic(i), SOURCE, data(20)));
        }
        group.forEach(done -> acknowledged(done.join()));
    }

    private void acknowledged(StoredEvent event) {
        assertThat(event.position()).isEqualTo(events.size());
        events.add(event);
        know(event.cursor());
        trim();
    }

    private void trim() {
        long weight = 0;
        for (int i = oldest; i < events.size(); i++) {
            weight += weight(i);
        }
        while (oldest < events.size()
                && (events.size() - oldest > LIMITS.events()
                        || weight > LIMITS.bytes()
                        || events.get(oldest).time().isBefore(now.minus(LIMITS.age())))) {
            weight -= weight(oldest++);
        }
    }

    private int weight(int position) {
        return events.get(position).json().length + 512;
    }

    /** What may happen to the disk while the log is closed. */
    private interface Mishap {
        void happen() throws IOException;
    }

    private void restart(Mishap mishap) throws IOException {
        log.close();
        if (!durable) {
            cursors.replaceAll(known -> new Known(known.text(), 0, Fate.FOREIGN));
            events.clear();
            oldest = 0;
            open();
            return;
        }
        String epoch = log.epoch();
        int before = events.size();
        int oldestBefore = oldest;
        mishap.happen();
        log = LocalEventLog.open(folder, LIMITS, () -> now, SegmentOpener.FILES, SEGMENTS);
        int kept = (int) log.head().position();
        if (kept < before) {
            // of what is left, what had been pushed out by what is lost may be back
            oldest = (int) log.place(new Start.Earliest()).position();
            assertThat(log.epoch()).as("numbers are given again").isNotEqualTo(epoch);
        }
        assertThat(oldest).isLessThanOrEqualTo(Math.max(oldestBefore, kept));
        assertThat(kept).as("only a cut takes events away").isLessThanOrEqualTo(before);
        events.subList(kept, before).clear();
        cursors.replaceAll(known -> known.position() > kept ? new Known(known.text(), kept, Fate.LOST) : known);
        know(log.head().cursor());
        oldest = Math.min(oldest, kept);
    }

    private void tear(int bytes) throws IOException {
        byte[] torn = new byte[bytes];
        new Random(bytes).nextBytes(torn);
        Files.write(newestSegment(), torn, StandardOpenOption.APPEND);
    }

    private void cut(int place) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(newestSegment().toFile(), "rw")) {
            file.setLength(file.length() * place / 10_000);
        }
    }

    private Path newestSegment() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    void checkFigures() {
        assertThat(log.head().position()).isEqualTo(events.size());
        assertThat(log.place(new Start.Earliest()).position()).isEqualTo(oldest);
        assertThat(log.size()).isEqualTo(events.size() - oldest);
    }

    void checkEveryCursor() {
        for (Known known : cursors) {
            check(known, 7);
        }
    }

    private void check(Known known, int page) {
        EventLog.Place place = log.place(new Start.After(known.text()));
        int expected = Math.max(known.position(), oldest);
        assertThat(place.cursor()).isEqualTo(known.text());
        if (place.gap() == null) {
            assertThat(known.fate()).as("no gap for " + known).isEqualTo(Fate.GOOD);
            assertThat(known.position()).isGreaterThanOrEqualTo(oldest);
        } else {
            checkGap(known, place.gap(), place.position());
            expected = isForgotten(known, place.gap()) ? oldest : expected;
        }
        assertThat(place.position()).isEqualTo(expected);
        checkEvents(readOn(place.position(), page), expected);
    }

    private void checkEvents(List<StoredEvent> read, int first) {
        assertThat(read).hasSize(events.size() - first);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i).json()).isEqualTo(events.get(first + i).json());
            assertThat(read.get(i).cursor()).isEqualTo(events.get(first + i).cursor());
        }
    }

    private void checkGap(Known known, Gap gap, long position) {
        assertThat(gap.from()).isEqualTo(known.text());
        EventLog.Place behind = log.place(new Start.After(gap.to()));
        assertThat(behind.gap()).isNull();
        assertThat(behind.position()).isEqualTo(position);
        if (isForgotten(known, gap)) {
            return;
        }
        switch (known.fate()) {
            case GOOD -> {
                assertThat(known.position()).isLessThan(oldest);
                assertThat(gap.reason()).isEqualTo(Gap.Reason.EXPIRED);
            }
            case FOREIGN -> assertThat(gap.reason()).isEqualTo(Gap.Reason.EPOCH);
            case LOST -> assertThat(gap.reason()).isIn(Gap.Reason.EPOCH, Gap.Reason.EXPIRED);
        }
    }

    /** An epoch that a cut ended is forgotten with its last segment. */
    private boolean isForgotten(Known known, Gap gap) {
        return durable
                && gap.reason() == Gap.Reason.EPOCH
                && !known.text().startsWith("1~" + log.epoch() + "~")
                && !isOnDisk(known.text());
    }

    /** Whether a segment says that it has events of the epoch of that cursor. */
    private boolean isOnDisk(String cursor) {
        String epoch = cursor.split("~", -1)[1];
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> contentOf(file).contains(epoch));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String contentOf(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException givenUpMeanwhile) {
            return "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<StoredEvent> readOn(long from, int page) {
        List<StoredEvent> read = new ArrayList<>();
        long position = from;
        while (true) {
            EventLog.Page next = log.read(position, page);
            assertThat(next.trimmed()).isNull();
            if (next.events().isEmpty()) {
                return read;
            }
            assertThat(next.events()).hasSizeLessThanOrEqualTo(page);
            read.addAll(next.events());
            position += next.events().size();
        }
    }

    private static Topic topic(int number) {
        return Topic.parse("topic:" + number);
    }

    private byte[] data(int bytes) {
        return ("\"" + number++ + "x".repeat(bytes) + "\"").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        log.close();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
