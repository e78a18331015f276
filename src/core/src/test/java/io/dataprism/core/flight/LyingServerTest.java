package io.dataprism.core.flight;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.dataprism.core.engine.BatchReader;
import io.dataprism.core.engine.EngineLimits;
import io.dataprism.core.engine.EngineUser;
import io.dataprism.core.engine.QuerySpec;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.flight.ScriptedFlightServer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.impl.Flight.FlightData;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.assertj.core.api.InstanceOfAssertFactories;

/** Whatever a server sends, a query ends with rows or a failure of the contract, the process lives, and nothing is kept. */
class LyingServerTest {

    private static final int ROWS = 20;
    private static final int SCHEMA = 0;
    private static final int DICTIONARY = 1;
    private static final int BATCH = 2;

    private static ScriptedFlightServer server;
    private static EngineUser user;
    private static List<FlightData> honest;

    @BeforeContainer
    static void start() throws Exception {
        server = new ScriptedFlightServer();
        FlightSettings settings = new FlightSettings(
                server.url(), new FlightSettings.Login.None(), null, Duration.ofSeconds(5), EngineLimits.defaults());
        user = new EngineUser(FlightSqlEngine.open(settings));
        honest = honestMessages();
    }

    @AfterContainer
    static void stop() throws Exception {
        user.close();
        server.close();
    }

    private static List<FlightData> honestMessages() {
        try (BufferAllocator allocator = new RootAllocator();
                VarCharVector values = new VarCharVector("values", allocator);
                IntVector numbers = new IntVector("n", allocator);
                VarCharVector texts = new VarCharVector("s", allocator);
                ListVector lists = ListVector.empty("l", allocator);
                TinyIntVector codes = new TinyIntVector(
                        new Field(
                                "e",
                                new FieldType(
                                        true,
                                        new ArrowType.Int(8, true),
                                        new DictionaryEncoding(1, false, new ArrowType.Int(8, true))),
                                null),
                        allocator)) {
            values.allocateNew();
            values.setSafe(0, "red".getBytes(StandardCharsets.UTF_8));
            values.setSafe(1, "green".getBytes(StandardCharsets.UTF_8));
            values.setValueCount(2);
            UnionListWriter writer = lists.getWriter();
            writer.allocate();
            for (int row = 0; row < ROWS; row++) {
                numbers.setSafe(row, row);
                if (row % 3 != 0) {
                    texts.setSafe(row, ("text " + row).getBytes(StandardCharsets.UTF_8));
                }
                codes.setSafe(row, row % 2);
                writer.setPosition(row);
                writer.startList();
                writer.integer().writeInt(row);
                writer.integer().writeInt(-row);
                writer.endList();
            }
            List<FieldVector> vectors = List.of(numbers, texts, lists, codes);
            vectors.forEach(vector -> vector.setValueCount(ROWS));
            var dictionaries = new DictionaryProvider.MapDictionaryProvider(
                    new Dictionary(values, codes.getField().getDictionary()));
            return ScriptedFlightServer.honest(new VectorSchemaRoot(vectors), dictionaries);
        }
    }

    private static Object ask() {
        QuerySpec spec = EngineUser.cut(EngineUser.spec("SELECT 1"), 1_000, Duration.ofSeconds(5), null);
        Object outcome = user.rowsOrFailure(spec);
        user.awaitNothingHeld(Duration.ofSeconds(5));
        return outcome;
    }

    private static List<FlightData> with(int index, UnaryOperator<FlightData> change) {
        List<FlightData> changed = new ArrayList<>(honest);
        changed.set(index, change.apply(changed.get(index)));
        return changed;
    }

    private static ByteString flipped(ByteString bytes, int position, int value) {
        if (bytes.isEmpty()) {
            return bytes;
        }
        byte[] changed = bytes.toByteArray();
        int at = Math.floorMod(position, changed.length);
        changed[at] = (byte) (changed[at] ^ value);
        return ByteString.copyFrom(changed);
    }

    @Example
    void anHonestAnswerIsTaken() {
        server.answer(honest, true);
        assertThat(ask())
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .hasSize(ROWS)
                .startsWith(Arrays.asList(0, null, "[0,0]", "red"), List.of(1, "text 1", "[1,-1]", "green"));
    }

    @Property(tries = 40)
    void aChangedByteOfAHeaderHurtsNobody(
            @ForAll @IntRange(min = 1, max = 2) int message,
            @ForAll @IntRange(min = 0, max = 4_000) int position,
            @ForAll @IntRange(min = 1, max = 255) int value) {
        askWithHeaderChanged(message, position, value);
    }

    @Tag("longer")
    @Property(tries = 1_000)
    void noneOfManyChangedHeadersHurtsAnybody(
            @ForAll @IntRange(min = 1, max = 2) int message,
            @ForAll @IntRange(min = 0, max = 4_000) int position,
            @ForAll @IntRange(min = 1, max = 255) int value) {
        askWithHeaderChanged(message, position, value);
    }

    private void askWithHeaderChanged(int message, int position, int value) {
        server.answer(
                with(
                        message,
                        data -> data.toBuilder()
                                .setDataHeader(flipped(data.getDataHeader(), position, value))
                                .build()),
                true);
        ask();
    }

    /** Arrow would make them longer, and lose the memory of those whose buffers are of different lengths. */
    @Example
    void aColumnThatIsAnnouncedShorterThanItMustBeIsRefused() {
        int validity = 0;
        int validityInLists = 7;
        int inLists = 3;
        ByteString header = honest.get(BATCH).getDataHeader();
        List<ByteString> lies = List.of(
                announcing(header, batch -> batch.buffers(validityInLists).length(), 1),
                announcing(
                        announcing(header, batch -> batch.nodes(0).nullCount(), 1),
                        batch -> batch.buffers(validity).length(),
                        0),
                announcing(header, batch -> batch.nodes(inLists).length(), 2 * ROWS - 1));
        for (ByteString lie : lies) {
            server.answer(
                    with(BATCH, data -> data.toBuilder().setDataHeader(lie).build()), true);
            assertThat(ask())
                    .isInstanceOfSatisfying(
                            DataPrismException.class,
                            failure -> assertThat(failure.detail()).contains("in column"));
        }
    }

    @Property(tries = 200)
    void aChangedByteOfASchemaHurtsNobody(
            @ForAll @IntRange(min = 0, max = 4_000) int position, @ForAll @IntRange(min = 1, max = 255) int value) {
        server.answer(
                with(
                        SCHEMA,
                        data -> data.toBuilder()
                                .setDataHeader(flipped(data.getDataHeader(), position, value))
                                .build()),
                true);
        ask();
    }

    @Property(tries = 300)
    void aChangedByteOfABodyHurtsNobody(
            @ForAll @IntRange(min = 1, max = 2) int message,
            @ForAll @IntRange(min = 0, max = 4_000) int position,
            @ForAll @IntRange(min = 1, max = 255) int value) {
        server.answer(
                with(
                        message,
                        data -> data.toBuilder()
                                .setDataBody(flipped(data.getDataBody(), position, value))
                                .build()),
                true);
        ask();
    }

    @Example
    void whatCannotBeAResultIsToldAsTheServersFault() {
        FlightData schema = honest.get(SCHEMA);
        FlightData dictionary = honest.get(DICTIONARY);
        FlightData batch = honest.get(BATCH);
        List<List<FlightData>> lies = List.of(
                List.of(),
                List.of(batch),
                List.of(batch, schema),
                List.of(schema, schema, dictionary, batch),
                List.of(schema, batch),
                with(BATCH, data -> data.toBuilder().clearDataBody().build()),
                with(BATCH, data -> data.toBuilder().clearDataHeader().build()),
                with(
                        BATCH,
                        data -> data.toBuilder()
                                .setDataBody(data.getDataBody()
                                        .substring(0, data.getDataBody().size() / 2))
                                .build()),
                with(
                        SCHEMA,
                        data -> data.toBuilder()
                                .setDataBody(ByteString.copyFromUtf8("12345678"))
                                .build()),
                with(
                        SCHEMA,
                        data -> data.toBuilder()
                                .setDataHeader(ByteString.copyFromUtf8("this is no flatbuffer at all"))
                                .build()));
        for (List<FlightData> lie : lies) {
            server.answer(lie, true);
            assertThat(ask()).isInstanceOfSatisfying(DataPrismException.class, failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.INTERNAL);
                assertThat(failure.detail()).contains("Flight SQL server at 127.0.0.1");
            });
        }
    }

    /** Arrow would make each column as long as that. */
    @Example
    void aBatchThatAnnouncesOtherRowsThanItsColumnsHaveIsRefused() {
        server.answer(
                with(
                        BATCH,
                        data -> data.toBuilder()
                                .setDataHeader(announcing(data.getDataHeader(), RecordBatch::length, 5_000_000))
                                .build()),
                true);
        assertThat(ask())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.detail())
                                .contains("Flight SQL server at 127.0.0.1", "sent data that is not valid"));
    }

    /** What a header announces lies somewhere in it as eight bytes; so do other things, which stay. */
    private static ByteString announcing(ByteString header, ToLongFunction<RecordBatch> what, long value) {
        List<Long> before = numbers(header.asReadOnlyByteBuffer());
        return IntStream.rangeClosed(0, header.size() - Long.BYTES)
                .mapToObj(place -> ByteBuffer.wrap(header.toByteArray())
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(place, value))
                .filter(changed -> {
                    List<Long> after = numbers(changed);
                    return after.size() == before.size()
                            && what.applyAsLong(batch(changed)) == value
                            && IntStream.range(0, after.size())
                                            .filter(i -> !after.get(i).equals(before.get(i)))
                                            .count()
                                    == 1;
                })
                .map(changed -> ByteString.copyFrom(changed.array()))
                .findFirst()
                .orElseThrow();
    }

    /** All that a header announces; nothing where it cannot be read. */
    private static List<Long> numbers(ByteBuffer header) {
        try {
            RecordBatch batch = batch(header);
            List<Long> numbers = new ArrayList<>(List.of(batch.length()));
            for (int i = 0; i < batch.nodesLength(); i++) {
                numbers.addAll(List.of(batch.nodes(i).length(), batch.nodes(i).nullCount()));
            }
            for (int i = 0; i < batch.buffersLength(); i++) {
                numbers.addAll(
                        List.of(batch.buffers(i).offset(), batch.buffers(i).length()));
            }
            return numbers;
        } catch (IndexOutOfBoundsException | NullPointerException broken) {
            return List.of();
        }
    }

    private static RecordBatch batch(ByteBuffer header) {
        return (RecordBatch) Message.getRootAsMessage(header).header(new RecordBatch());
    }

    @Example
    void aServerThatSaysNothingMoreIsLeftAtTheDeadline() throws Exception {
        server.answer(honest, false);
        QuerySpec spec = EngineUser.cut(EngineUser.spec("SELECT 1"), 1_000, Duration.ofMillis(500), null);
        BatchReader reader = BatchReader.of(user.open(spec), Long.MAX_VALUE);
        reader.awaitOver();
        assertThat(reader.rows).hasValue(ROWS);
        assertThat(reader.failure.get())
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.QUERY_TIMEOUT));
        user.awaitNothingHeld(Duration.ofSeconds(5));
    }
}
