package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class DurableEventLogTest {

    private static final EventLog.Limits LIMITS = new EventLog.Limits(1000, 1 << 26, Duration.ofHours(1));

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-22T10:00:00Z"));
    private final InstantSource clock = now::get;
    private final TestDisk disk = new TestDisk();
    private EventLog log;

    private EventLog open() throws Exception {
        return open(LIMITS, 2_000);
    }

    private EventLog open(EventLog.Limits limits, long segmentBytes) throws Exception {
        log = LocalEventLog.open(
                folder,
                limits,
                clock,
                disk,
                new DurableEvents.SegmentBounds(segmentBytes, limits.age().toMillis() / 8));
        return log;
    }

    private EventLog reopen() throws Exception {
        log.close();
        return open();
    }

    @AfterEach
    void close() throws Exception {
        log.close();
    }

    @Test
    void whatWasAcknowledgedIsThereAfterARestartWithTheSameCursorsAndBytes() throws Exception {
        EventLog before = open();
        List<StoredEvent> events = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            now.set(now.get().plusMillis(7));
            events.add(append("topic:" + i % 9, "{\"n\":" + i + ",\"ä\":\"é\"}"));
        }
        String epoch = before.epoch();

        EventLog after = reopen();

        assertThat(after.epoch()).isEqualTo(epoch);
        assertThat(after.head().cursor()).isEqualTo(events.getLast().cursor());
        List<StoredEvent> kept = after.read(0, 1000).events();
        for (int i = 0; i < events.size(); i++) {
            assertThat(kept.get(i).json()).isEqualTo(events.get(i).json());
            assertThat(kept.get(i).cursor()).isEqualTo(events.get(i).cursor());
            EventLog.Place place = after.place(new Start.After(events.get(i).cursor()));
            assertThat(place.gap()).isNull();
            assertThat(place.position()).isEqualTo(i + 1);
        }
        assertThat(kept).hasSize(60);
        assertThat(segments()).hasSizeGreaterThan(3);
        assertThat(append("topic:1", "1").position()).isEqualTo(60);
    }

    @Test
    void theOldestPositionSurvives() throws Exception {
        open(new EventLog.Limits(10, 1 << 26, Duration.ofHours(1)), 2_000);
        String first = append("a", "0").cursor();
        for (int i = 1; i < 40; i++) {
            append("a", String.valueOf(i));
        }
        log.close();
        EventLog after = open(new EventLog.Limits(10, 1 << 26, Duration.ofHours(1)), 2_000);

        EventLog.Place place = after.place(new Start.After(first));

        assertThat(place.gap()).isNotNull();
        assertThat(place.gap().reason()).isEqualTo(Gap.Reason.EXPIRED);
        assertThat(place.position()).isEqualTo(30);
        assertThat(data(30)).containsExactlyElementsOf(numbers(30, 40));
        assertThat(segments()).as("old segments are deleted").hasSizeLessThan(6);
    }

    @Test
    void whatExpiredWithAgeLeavesTheDiskThoughNobodyAppends() throws Exception {
        open(LIMITS, 1 << 20);
        String first = append("a", "1").cursor();
        String last = append("a", "2").cursor();
        now.set(now.get().plus(Duration.ofHours(2)));

        log.expire();

        await().untilAsserted(() -> assertThat(log.diskState().bytes()).isLessThan(200));
        assertThat(segments()).hasSize(1);
        EventLog after = reopen();
        assertThat(after.head().cursor()).isEqualTo(last);
        assertThat(after.size()).isZero();
        assertThat(after.place(new Start.After(last)).gap()).isNull();
        assertThat(after.place(new Start.After(first)).gap()).isEqualTo(new Gap(first, last, Gap.Reason.EXPIRED));
    }

    @Test
    void aClearedLogIsClearAfterARestart() throws Exception {
        open();
        String first = append("a", "1").cursor();
        for (int i = 0; i < 30; i++) {
            append("b", "2");
        }

        log.forget().get(10, TimeUnit.SECONDS);

        assertThat(log.size()).isZero();
        String head = log.head().cursor();
        EventLog after = reopen();
        assertThat(after.size()).isZero();
        assertThat(after.place(new Start.After(first)).gap()).isEqualTo(new Gap(first, head, Gap.Reason.EXPIRED));
        assertThat(after.place(new Start.After(head)).gap()).isNull();
        assertThat(append("a", "3").position()).isEqualTo(31);
    }

    @Test
    void aTornEndIsCutOffAndNothingElse() throws Exception {
        open(LIMITS, 1 << 20);
        String cursor = append("a", "1").cursor();
        append("a", "2");
        log.close();
        Files.write(
                segments().getLast(), new byte[] {0x44, 0x50, 0x76, 0x31, 0, 0, 1, 0, 7}, StandardOpenOption.APPEND);

        EventLog after = open(LIMITS, 1 << 20);

        assertThat(after.place(new Start.After(cursor)).gap()).isNull();
        assertThat(data(0)).containsExactly("1", "2");
        append("a", "3");
        reopen();
        assertThat(data(0)).containsExactly("1", "2", "3");
        assertThat(log.place(new Start.After(cursor)).gap()).isNull();
    }

    @Test
    void aDamagedMiddleIsAGapBetweenWhatIsKept() throws Exception {
        open(LIMITS, 1 << 20);
        List<String> cursors = new ArrayList<>();
        for (int i = 10; i < 20; i++) {
            cursors.add(append("a", "700000" + i).cursor());
        }
        log.close();
        damage(segments().getLast(), "70000015");

        EventLog after = open(LIMITS, 1 << 20);

        assertThat(after.place(new Start.Earliest()).position()).isZero();
        assertThat(after.size()).isEqualTo(9);
        assertThat(told(0))
                .containsExactly(
                        "70000010",
                        "70000011",
                        "70000012",
                        "70000013",
                        "70000014",
                        "gap 5 to 6",
                        "70000016",
                        "70000017",
                        "70000018",
                        "70000019");
        for (int i = 0; i < 10; i++) {
            EventLog.Place place = after.place(new Start.After(cursors.get(i)));
            assertThat(place.position()).isEqualTo(i + 1);
            assertThat(place.gap()).isNull();
        }
        EventLog.Page gone = after.read(5, 10);
        assertThat(gone.trimmed()).isEqualTo(cursors.get(5));
        assertThat(gone.reason()).isEqualTo(Gap.Reason.EXPIRED);
        assertThat(append("a", "70000020").position()).isEqualTo(10);
        reopen();
        assertThat(told(4))
                .containsExactly("70000014", "gap 5 to 6", "70000016", "70000017", "70000018", "70000019", "70000020");
    }

    @Test
    void oneDamagedEventOfAGroupCostsNoOther() throws Exception {
        open(LIMITS, 1 << 20);
        append("a", "70000010");
        disk.stop();
        List<CompletableFuture<StoredEvent>> group = new ArrayList<>();
        for (int i = 11; i < 17; i++) {
            group.add(publish("a", "700000" + i));
        }
        disk.goOn();
        for (CompletableFuture<StoredEvent> each : group) {
            each.get(10, TimeUnit.SECONDS);
        }
        log.close();
        damage(segments().getLast(), "70000014");

        open(LIMITS, 1 << 20);

        assertThat(told(0))
                .containsExactly("70000010", "70000011", "70000012", "70000013", "gap 4 to 5", "70000015", "70000016");
    }

    @Test
    void aLostSegmentIsAGap() throws Exception {
        open(LIMITS, 500);
        List<String> cursors = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            cursors.add(append("a", String.valueOf(i)).cursor());
        }
        log.close();
        List<Path> segments = segments();
        Files.delete(segments.get(segments.size() / 2));

        EventLog after = open(LIMITS, 500);

        List<String> told = told(0);
        String gap =
                told.stream().filter(each -> each.startsWith("gap")).findFirst().orElseThrow();
        int begin = told.indexOf(gap);
        int end = 20 - (told.size() - 1 - begin);
        assertThat(begin).isBetween(2, 17);
        assertThat(end).isGreaterThan(begin + 1);
        assertThat(gap).isEqualTo("gap " + begin + " to " + end);
        assertThat(told.subList(0, begin)).containsExactlyElementsOf(numbers(0, begin));
        assertThat(told.subList(begin + 1, told.size())).containsExactlyElementsOf(numbers(end, 20));

        assertThat(after.place(new Start.After(cursors.getFirst())).gap()).isNull();
        EventLog.Place amongThem = after.place(new Start.After(cursors.get(begin)));
        assertThat(amongThem.position()).isEqualTo(end);
        assertThat(amongThem.gap()).isEqualTo(new Gap(cursors.get(begin), cursors.get(end - 1), Gap.Reason.EXPIRED));
        assertThat(after.place(new Start.After(cursors.getLast())).gap()).isNull();
    }

    @Test
    void damageOnBothSidesOfASegmentsBeginIsOneGapAndTheLogGoesOn() throws Exception {
        EventLog.Limits few = new EventLog.Limits(25, 1 << 26, Duration.ofHours(1));
        open(few, 1_200);
        for (int i = 10; i < 34; i++) {
            append("a", "700000" + i);
        }
        log.close();
        List<Path> segments = segments();
        List<String> before = dataOf(segments.get(1));
        List<String> behind = dataOf(segments.get(2));
        assertThat(before.size()).isGreaterThan(1);
        damage(segments.get(1), before.getLast());
        damage(segments.get(2), behind.getFirst());

        open(few, 1_200);

        int begin = Integer.parseInt(before.getLast()) - 70000010;
        String gap = "gap " + begin + " to " + (begin + 2);
        assertThat(told(0)).contains(gap).hasSize(23);
        for (int i = 34; i < 70; i++) {
            append("a", "700000" + i);
        }
        assertThat(told(60 - 25)).hasSize(25);
        log.forget().toCompletableFuture().get(10, TimeUnit.SECONDS);
        append("a", "70000070");
        assertThat(told(60)).containsExactly("70000070");
    }

    /** The data of a segment's events, which are numbers of eight digits. */
    private static List<String> dataOf(Path segment) throws Exception {
        return Pattern.compile("(700000\\d\\d)")
                .matcher(Files.readString(segment, StandardCharsets.ISO_8859_1))
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    @Test
    void whatLiesBeforeAGapGoesWithItsTimeAndTheGapWithIt() throws Exception {
        open(new EventLog.Limits(8, 1 << 26, Duration.ofHours(1)), 1 << 20);
        for (int i = 10; i < 18; i++) {
            append("a", "700000" + i);
        }
        log.close();
        damage(segments().getLast(), "70000013");
        open(new EventLog.Limits(8, 1 << 26, Duration.ofHours(1)), 1 << 20);
        assertThat(told(0))
                .containsExactly(
                        "70000010",
                        "70000011",
                        "70000012",
                        "gap 3 to 4",
                        "70000014",
                        "70000015",
                        "70000016",
                        "70000017");

        append("a", "70000018");
        append("a", "70000019");
        assertThat(log.place(new Start.Earliest()).position()).isEqualTo(2);
        append("a", "70000020");
        assertThat(log.place(new Start.Earliest()).position()).isEqualTo(4);
        assertThat(told(4))
                .containsExactly("70000014", "70000015", "70000016", "70000017", "70000018", "70000019", "70000020");
        log.clear();
        assertThat(log.size()).isZero();
    }

    /** Changes a byte of the event with that data. */
    private static void damage(Path segment, String data) throws Exception {
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf(data);
        assertThat(at).isPositive();
        bytes[at] ^= 0x5a;
        Files.write(segment, bytes);
    }

    /** What somebody reads from there on, gaps included. */
    private List<String> told(long from) {
        List<String> told = new ArrayList<>();
        long position = from;
        for (EventLog.Page page = log.read(position, 3);
                page.trimmed() != null || !page.events().isEmpty();
                page = log.read(position, 3)) {
            if (page.trimmed() != null) {
                told.add("gap " + position + " to " + page.position());
                position = page.position();
            }
            for (StoredEvent event : page.events()) {
                assertThat(event.position()).isEqualTo(position++);
                told.add(new String(event.json(), event.dataOffset(), event.dataLength(), StandardCharsets.UTF_8));
            }
        }
        return told;
    }

    @Test
    void anEndThatWasAcknowledgedAndIsGoneBeginsAnEpochSoThatItsCursorsAreNotTakenForOthers() throws Exception {
        open(LIMITS, 1 << 20);
        String kept = append("a", "0").cursor();
        long sizeBytes = Files.size(segments().getLast());
        String lost = append("a", "1").cursor();
        String epoch = log.epoch();
        log.close();
        try (RandomAccessFile file = new RandomAccessFile(segments().getLast().toFile(), "rw")) {
            file.setLength(sizeBytes);
        }

        open(LIMITS, 1 << 20);

        assertThat(log.epoch()).isNotEqualTo(epoch);
        String other = append("a", "2").cursor();
        for (int start = 0; start < 2; start++) {
            assertThat(log.place(new Start.After(kept)).gap()).isNull();
            assertThat(log.place(new Start.After(other)).gap()).isNull();
            EventLog.Place place = log.place(new Start.After(lost));
            assertThat(place.gap()).isEqualTo(new Gap(lost, kept, Gap.Reason.EPOCH));
            assertThat(data((int) place.position())).containsExactly("2");
            reopen();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"full", "no force", "no force and no cut"})
    void aDiskThatRefusesCostsNothingThatWasAcknowledgedAndIsUsedAgainWhenItWorks(String failure) throws Exception {
        open(LIMITS, 1 << 20);
        append("a", "0");
        disk.roomBytes.set(failure.equals("full") ? 40 : Long.MAX_VALUE / 2);
        disk.refusesToForce = failure.startsWith("no force");
        disk.refusesToCut = failure.endsWith("cut");

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> append("b", "\"refused\"")).isInstanceOfSatisfying(DataPrismException.class, e -> {
                assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED);
                assertThat(e.code().retryable()).isTrue();
                assertThat(e.detail()).contains("'b'").doesNotContain(folder.toString());
            });
        }
        assertThat(data(0)).containsExactly("0");
        assertThat(log.diskState().refused()).isEqualTo(3);

        disk.roomBytes.set(Long.MAX_VALUE / 2);
        disk.refusesToForce = false;
        disk.refusesToCut = false;
        append("a", "1");
        assertThat(data(0)).containsExactly("0", "1");
        reopen();
        assertThat(data(0)).containsExactly("0", "1");
    }

    @Test
    void aHistoryThatCannotBeDeletedIsStillThere() throws Exception {
        open();
        append("a", "0");
        disk.roomBytes.set(0);

        assertThatThrownBy(() -> log.forget().get(10, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(DataPrismException.class);

        assertThat(data(0)).containsExactly("0");
        disk.roomBytes.set(Long.MAX_VALUE / 2);
        append("a", "1");
        String epoch = log.epoch();
        assertThat(reopen().epoch()).isEqualTo(epoch);
        assertThat(data(0)).containsExactly("0", "1");
        log.forget().get(10, TimeUnit.SECONDS);
        assertThat(log.size()).isZero();
    }

    @Test
    void whatComesWhileTheDiskIsBusyIsForcedTogetherAndSeenOnlyThen() throws Exception {
        open(LIMITS, 1 << 20);
        disk.stop();
        List<CompletableFuture<StoredEvent>> published = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            published.add(publish("a", String.valueOf(i)));
        }
        assertThat(log.size()).isZero();
        assertThat(log.diskState().waiting()).isPositive();
        int forcesBefore = disk.forces.get();

        disk.goOn();

        for (int i = 0; i < published.size(); i++) {
            assertThat(published.get(i).get(10, TimeUnit.SECONDS).position()).isEqualTo(i);
        }
        assertThat(disk.forces.get() - forcesBefore).isLessThanOrEqualTo(3);
        assertThat(data(0)).containsExactlyElementsOf(numbers(0, 200));
    }

    @Test
    void moreThanMayWaitIsRefusedAndTheRestIsKept() throws Exception {
        open(new EventLog.Limits(100_000, 1 << 28, Duration.ofHours(1)), 1 << 24);
        disk.stop();
        List<CompletableFuture<StoredEvent>> taken = new ArrayList<>();
        CompletableFuture<StoredEvent> last = publish("a", "0");
        while (!last.isCompletedExceptionally()) {
            taken.add(last);
            assertThat(taken).hasSizeLessThanOrEqualTo(2 * EventOrderQueue.ORDERS_LIMIT);
            last = publish("a", String.valueOf(taken.size()));
        }
        assertThat(last.exceptionNow())
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.OVERLOADED));
        assertThat(log.diskState().refused()).isEqualTo(1);

        disk.goOn();

        taken.getLast().get(30, TimeUnit.SECONDS);
        assertThat(log.size()).isEqualTo(taken.size());
        assertThat(append("a", "1").position()).isEqualTo(taken.size());
    }

    @Test
    void aClosedLogTakesNothingMoreAndHasKeptWhatItTook() throws Exception {
        open();
        List<CompletableFuture<StoredEvent>> taken = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            taken.add(publish("a", String.valueOf(i)));
        }

        log.close();

        assertThat(taken).allMatch(done -> done.state() == java.util.concurrent.Future.State.SUCCESS);
        assertThatThrownBy(() -> append("a", "50"))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DRAINING));
        open();
        assertThat(data(0)).containsExactlyElementsOf(numbers(0, 50));
    }

    @Test
    void aProcessThatIsKilledLosesNothingThatItAcknowledged() throws Exception {
        for (int life = 0; life < 3; life++) {
            List<String> acknowledged = AppendingProcess.runAndKill(folder, 200);
            open(new EventLog.Limits(100_000, 1 << 28, Duration.ofDays(100_000)), 20_000);
            assertThat(log.epoch()).isEqualTo(acknowledged.getFirst().split("~", -1)[1]);
            for (String cursor : acknowledged) {
                assertThat(log.place(new Start.After(cursor)).gap()).isNull();
            }
            List<String> all = data((int) log.place(new Start.Earliest()).position());
            assertThat(all).isEqualTo(numbers(0, all.size()));
            log.close();
        }
    }

    private StoredEvent append(String topic, String json) {
        return log.append(Topic.parse(topic), "/users/\"eve\"", json.getBytes(StandardCharsets.UTF_8));
    }

    private CompletableFuture<StoredEvent> publish(String topic, String json) {
        return log.publish(Topic.parse(topic), "/users/eve", json.getBytes(StandardCharsets.UTF_8));
    }

    private List<Path> segments() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private List<String> data(int position) {
        return log.read(position, 100_000).events().stream()
                .map(event -> new String(event.json(), event.dataOffset(), event.dataLength(), StandardCharsets.UTF_8))
                .toList();
    }

    private static List<String> numbers(int from, int to) {
        List<String> numbers = new ArrayList<>();
        for (int i = from; i < to; i++) {
            numbers.add(String.valueOf(i));
        }
        return numbers;
    }
}
