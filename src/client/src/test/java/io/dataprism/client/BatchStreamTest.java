package io.dataprism.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

/** The rows of one query, whatever the other end does; no test leaves a byte behind. */
class BatchStreamTest {

    private static final Schema SCHEMA = new Schema(List.of(Field.nullable("n", new ArrowType.Int(64, true))));

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final RootAllocator allocator = new RootAllocator();
    private final FakeEnd node = new FakeEnd();
    private final Reader reader = new Reader();
    private boolean over;

    @AfterEach
    void nothingIsHeld() {
        allocator.close();
        assertThat(over).as("told that it holds nothing").isTrue();
    }

    @Test
    void whatTheReaderAsksForIsDemandedAFewAhead() {
        begin(Mono.just("good"));
        assertThat(node.first().path("demand").asInt()).isZero();
        reader.request(1);
        pass();
        assertThat(node.last().path("total").asInt()).isEqualTo(1);
        reader.request(100);
        pass();
        assertThat(node.last().path("total").asInt()).isEqualTo(BatchStream.WINDOW_BATCHES);
        node.schema();
        node.batch(7);
        node.batch(8);
        pass();
        assertThat(node.last().path("total").asInt()).isEqualTo(BatchStream.WINDOW_BATCHES + 2);
        node.complete(2);
        pass();

        assertThat(reader.values).containsExactly(7L, 8L);
        assertThat(reader.completed).isTrue();
        assertThat(node.ended).isTrue();
    }

    @Test
    void whatIsLeftAtACancelIsFreed() {
        begin(Mono.just("good"));
        reader.request(1);
        node.schema();
        node.batch(1);
        node.batch(2);
        reader.cancel();
        node.batch(3);
        pass();
        assertThat(reader.values).containsExactly(1L);
        assertThat(node.ended).isTrue();
    }

    @Test
    void aMissingBatchIsNoEnd() {
        begin(Mono.just("good"));
        reader.request(10);
        node.schema();
        node.batch(1);
        node.complete(2);
        pass();
        assertThat(reader.failure).isInstanceOf(ConnectionException.class).hasMessageContaining("Of 2 batches 1 came");
    }

    @Test
    void aProblemAfterTheFirstRowComesBehindTheRows() {
        begin(Mono.just("good"));
        reader.request(10);
        node.schema();
        node.batch(1);
        node.text(
                "{\"op\":\"error\",\"id\":\"rows\",\"problem\":{\"code\":\"QUERY_TIMEOUT\",\"status\":504,\"retryable\":true}}");
        pass();
        assertThat(reader.values).containsExactly(1L);
        assertThat(reader.failure).isInstanceOf(ProblemException.class);
        assertThat(((ProblemException) reader.failure).code()).isEqualTo("QUERY_TIMEOUT");
    }

    @Test
    void aConnectionThatBreaksOrClosesIsAnError() {
        begin(Mono.just("good"));
        node.listener.closed(1012, "retryAfterMs=100");
        node.listener.broken(new IOException("reset"));
        pass();
        assertThat(reader.failure).isInstanceOf(ConnectionException.class).hasMessageContaining("1012");
        assertThat(((ClientException) reader.failure).retryable()).isTrue();
    }

    @Test
    void moreThanWasDemandedIsAnError() {
        begin(Mono.just("good"));
        node.schema();
        for (int batch = 0; batch <= BatchStream.WINDOW_BATCHES; batch++) {
            node.batch(batch);
        }
        reader.request(100);
        pass();
        assertThat(reader.values).hasSize(BatchStream.WINDOW_BATCHES);
        assertThat(reader.failure).hasMessageContaining("more batches than were demanded");
    }

    @Test
    void whatIsNoArrowIsAnError() {
        begin(Mono.just("good"));
        node.listener.binary(ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 'x', 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        pass();
        assertThat(reader.failure).isInstanceOf(ConnectionException.class);
        assertThat(((ClientException) reader.failure).retryable()).isFalse();
    }

    @Test
    void anOperationThatAnswersAValueIsNoDataset() {
        begin(Mono.just("good"));
        node.text("{\"op\":\"result\",\"id\":\"rows\",\"result\":1}");
        pass();
        assertThat(reader.failure).hasMessageContaining("no dataset");
    }

    @Test
    void aNodeThatFallsSilentIsGivenUp() {
        begin(Mono.just("good"));
        time.advanceTimeBy(Patience.usual().ping().multipliedBy(3).plusSeconds(1));
        assertThat(node.frames).anyMatch(frame -> frame.contains("ping"));
        assertThat(reader.failure).hasMessageContaining("silent");
    }

    @Test
    void aRefusedTokenIsReplacedByANewerOneOrEndsIt() {
        Queue<String> tokens = new ArrayDeque<>(List.of("old", "good"));
        begin(Mono.fromSupplier(tokens::poll));
        assertThat(node.first().path("op").asText()).isEqualTo("query");
        node.schema();
        node.complete(0);
        pass();
        assertThat(reader.completed).isTrue();
    }

    @Test
    void aTokenThatIsRefusedTwiceEndsIt() {
        begin(Mono.just("old"));
        assertThat(reader.failure).isInstanceOf(ProblemException.class);
        assertThat(((ProblemException) reader.failure).status()).isEqualTo(401);
    }

    private void begin(Mono<String> tokens) {
        BatchStream stream = new BatchStream(
                node,
                tokens,
                Query.of("SELECT 1").members().put("op", "query"),
                time.createWorker(),
                Patience.usual().ping(),
                Runnable::run,
                allocator,
                reader,
                () -> over = true);
        reader.onSubscribe(stream.outlet());
        stream.begin();
        pass();
    }

    private void pass() {
        time.advanceTimeBy(Duration.ZERO);
    }

    private static final class Reader extends BaseSubscriber<Batch> {
        private final List<Long> values = new ArrayList<>();
        private Throwable failure;
        private boolean completed;

        @Override
        protected void hookOnSubscribe(Subscription subscription) {
            // asks when the test does
        }

        @Override
        protected void hookOnNext(Batch batch) {
            try (batch) {
                values.add(((BigIntVector) batch.column("n")).get(0));
            }
        }

        @Override
        protected void hookOnComplete() {
            completed = true;
        }

        @Override
        protected void hookOnError(Throwable thrown) {
            failure = thrown;
        }
    }

    /** The other end, as the test has it. */
    private static final class FakeEnd implements Wire, Wire.Line {
        private final List<String> frames = new ArrayList<>();
        private Listener listener;
        private boolean ended;

        @Override
        public CompletionStage<Line> open(String token, Listener newListener) {
            if (!token.equals("good")) {
                return CompletableFuture.failedFuture(ProblemException.unauthenticated("unknown"));
            }
            listener = newListener;
            return CompletableFuture.completedFuture(this);
        }

        @Override
        public CompletionStage<?> send(String frame) {
            frames.add(frame);
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void end() {
            ended = true;
        }

        JsonNode first() {
            return FakeNode.json(frames.getFirst());
        }

        JsonNode last() {
            return FakeNode.json(frames.getLast());
        }

        void text(String frame) {
            listener.heard();
            listener.text(frame);
        }

        void complete(int batches) {
            text("{\"op\":\"complete\",\"id\":\"rows\",\"batches\":" + batches + ",\"rows\":" + batches + "}");
        }

        void schema() {
            binary(channel -> MessageSerializer.serialize(channel, SCHEMA));
        }

        void batch(long value) {
            try (RootAllocator own = new RootAllocator();
                    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, own)) {
                ((BigIntVector) root.getVector(0)).setSafe(0, value);
                root.setRowCount(1);
                binary(channel -> {
                    try (ArrowRecordBatch message = new VectorUnloader(root).getRecordBatch()) {
                        MessageSerializer.serialize(channel, message);
                    }
                });
            }
        }

        private interface Message {
            void write(WriteChannel channel) throws IOException;
        }

        private void binary(Message message) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(new byte[] {0, 0, 0, 4, 'r', 'o', 'w', 's'});
            try {
                message.write(new WriteChannel(Channels.newChannel(bytes)));
            } catch (IOException impossible) {
                throw new AssertionError(impossible);
            }
            listener.heard();
            listener.binary(ByteBuffer.wrap(bytes.toByteArray()));
        }
    }
}
