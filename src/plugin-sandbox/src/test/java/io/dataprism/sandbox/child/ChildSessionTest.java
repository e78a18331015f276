package io.dataprism.sandbox.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.Frame;
import io.dataprism.sandbox.frame.FrameReader;
import io.dataprism.sandbox.frame.FrameSink;
import io.dataprism.sandbox.frame.FrameType;
import io.dataprism.sandbox.frame.Json;
import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.stream.BatchArea;
import io.dataprism.sandbox.stream.BatchStreams;
import io.dataprism.sandbox.stream.StreamSender;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.util.context.Context;

/** Speaks with a session by frames, as the host does; no process in between. */
@Timeout(30)
class ChildSessionTest {

    private final BufferAllocator allocator = new RootAllocator();
    private OutputStream toChild;
    private FrameSink sink;
    private FrameReader reader;
    private Thread child;
    private long nextId = 2;

    @BeforeEach
    void begin() throws IOException {
        Pipe down = Pipe.open();
        Pipe up = Pipe.open();
        toChild = Channels.newOutputStream(down.sink());
        sink = new FrameSink(toChild);
        reader = new FrameReader(Channels.newInputStream(up.source()));
        ChildSession session = new ChildSession(
                Channels.newInputStream(down.source()),
                Channels.newOutputStream(up.sink()),
                allocator,
                new BatchArea(Link.Side.CHILD));
        child = Thread.ofPlatform().daemon().start(() -> session.run(List.of("something")));
        assertThat(Json.decodeObject(next(FrameType.HELLO).payload()))
                .isEqualTo(Map.of("open", List.of("something"), "shares", false));
    }

    @AfterEach
    void endAndProveThatNothingIsLeft() throws Exception {
        toChild.close();
        child.join(5000);
        assertThat(child.isAlive()).isFalse();
        assertThat(allocator.getAllocatedMemory()).isZero();
    }

    @Test
    void aPluginIsMadeAndLives() throws IOException {
        go(SamplePlugin.class.getName(), "data-processing");
        for (String method : List.of("initialize", "activate", "deactivate", "cleanup")) {
            assertThat(result(send(Map.of("method", method)))).isNull();
        }
        assertThat(result(send(Map.of("method", "configure", "settings", Map.of("a", 1)))))
                .isNull();
        assertThat(result(execute("configuration", "VALUE", false, null))).isEqualTo(Map.of("a", 1));
        assertThat(failure(send(Map.of("method", "dance")))).containsEntry("code", "REQUEST_INVALID");
        assertThat(result(send(Map.of("method", "ping")))).asString().contains("heapBytes");
    }

    @Test
    void whatCannotBeMadeIsSaid() throws IOException {
        send(FrameType.GO, 0, order("no.such.Plugin", "data-processing"));
        assertThat(Json.decodeObject(next(FrameType.FAILED).payload())).containsEntry("code", "PACKAGE_INVALID");
        send(FrameType.GO, 0, order("java.lang.String", "x"));
        assertThat(Json.decodeObject(next(FrameType.FAILED).payload())).containsEntry("code", "PACKAGE_INVALID");
        assertThat(failure(execute("count", "VALUE", false, null))).containsEntry("code", "PLUGIN_NOT_ACTIVE");
    }

    @Test
    void requestsOfThePluginAreFrames() throws IOException {
        initialized();
        Map<String, Object> table = Map.of(
                "name",
                "t",
                "version",
                1,
                "rows",
                1,
                "bytes",
                1,
                "columns",
                List.of(Map.of("name", "a", "type", "INT")));
        assertThat(answered("call", 5)).isEqualTo(5);
        assertThat(answered("tables", Map.of("tables", List.of(table)))).isEqualTo("t");
        assertThat(answered("table", table)).isEqualTo(1);
        assertThat(answered("publish", Map.of("cursor", "c"))).isEqualTo("c");
    }

    @Test
    void aRefusedRequestFailsTheOperation() throws IOException {
        initialized();
        long id = execute("call", "VALUE", false, null);
        Frame call = next(FrameType.CALL);
        send(FrameType.FAILED, call.id(), Map.of("code", "PERMISSION_DENIED", "message", "no"));
        assertThat(failure(id)).containsEntry("code", "PERMISSION_DENIED").containsEntry("message", "no");
        assertThat(failure(execute("other", "VALUE", false, null))).containsEntry("code", "OPERATION_NOT_FOUND");
        assertThat(failure(execute("other", "ODD", false, null))).containsEntry("code", "PLUGIN_FAILED");
    }

    @Test
    void eventsAreItems() throws IOException {
        initialized();
        long id = execute("follow", "VALUE", false, null);
        Frame call = next(FrameType.CALL);
        assertThat(next(FrameType.CREDIT).number()).isPositive();
        send(
                FrameType.ITEM,
                call.id(),
                Map.of(
                        "topic",
                        "plugin:sample:x",
                        "source",
                        "/plugins/sample",
                        "time",
                        "2026-11-22T00:00:00Z",
                        "cursor",
                        "c"));
        assertThat(next(FrameType.CANCEL).id()).isEqualTo(call.id());
        assertThat(result(id)).isEqualTo("plugin:sample:x");
    }

    @Test
    void aQueryReceivesBatchesWithinItsCredit() throws IOException {
        initialized();
        long id = execute("query", "VALUE", false, null);
        stream(next(FrameType.CALL).id(), 7);
        assertThat(result(id)).isEqualTo(7 * 10);
    }

    @Test
    void anErrorThatFliesPastAPluginsOperatorsFailsItsOperationAtOnce() throws IOException {
        initialized();
        long id = execute("broken-query", "VALUE", false, null);
        long query = next(FrameType.CALL).id();
        stream(query, 1);
        assertThat(next(FrameType.CANCEL).id()).as("nobody reads it any more").isEqualTo(query);
        assertThat(failure(id)).containsEntry("code", "PLUGIN_FAILED");
    }

    @Test
    void anErrorAtTheEndOfAStreamFailsItsOperationAtOnce() throws IOException {
        initialized();
        long id = execute("broken-end", "VALUE", false, null);
        stream(next(FrameType.CALL).id(), 1);
        assertThat(failure(id)).containsEntry("code", "PLUGIN_FAILED");
        assertThat(result(execute("configuration", "VALUE", false, null)))
                .as("and nothing else")
                .isEqualTo(Map.of());
    }

    @Test
    void anInputGoesThroughAndComesBack() throws IOException {
        initialized();
        long count = execute("count", "VALUE", true, null);
        stream(count, 5);
        assertThat(result(count)).isEqualTo(50);

        long pass = execute("pass", "DATASET", true, null);
        stream(pass, 0);
        assertThat(next(FrameType.END).number()).isZero();
        assertThat(pass).isPositive();
    }

    @Test
    void aDrawingIsADocument() throws IOException {
        initialized();
        execute("chart", "RENDERING", false, "SVG");
        assertThat(new String(next(FrameType.DOCUMENT).payload()).substring(1)).isEqualTo("chart");
        assertThat(failure(execute("chart", "RENDERING", false, null))).containsEntry("code", "OPERATION_NOT_FOUND");
    }

    @Test
    void cancelledOperationsMakeRoomForOthers() throws IOException {
        initialized();
        long first = execute("never", "VALUE", false, null);
        long second = execute("never", "VALUE", false, null);
        assertThat(failure(execute("never", "VALUE", false, null))).containsEntry("code", "QUOTA_EXCEEDED");
        send(FrameType.CANCEL, first);
        send(FrameType.CANCEL, second);
        Map<String, Object> outcome = Map.of("code", "QUOTA_EXCEEDED");
        while ("QUOTA_EXCEEDED".equals(outcome.get("code"))) {
            outcome = failure(execute("other", "VALUE", false, null));
        }
        assertThat(outcome).containsEntry("code", "OPERATION_NOT_FOUND");
    }

    @Test
    void aFrameThatIsNotLegalEndsTheSession() throws Exception {
        send(FrameType.RESULT, 3, Map.of());
        child.join(5000);
        assertThat(child.isAlive()).isFalse();
    }

    private void initialized() throws IOException {
        go(SamplePlugin.class.getName(), "visualization");
        assertThat(result(send(Map.of("method", "initialize")))).isNull();
    }

    private void go(String entryPoint, String category) throws IOException {
        send(FrameType.GO, 0, order(entryPoint, category));
        next(FrameType.READY);
    }

    private static Map<String, Object> order(String entryPoint, String category) {
        Map<String, Object> order = new HashMap<>(Map.of(
                "name",
                "sample",
                "version",
                "1.0.0",
                "coreVersion",
                "0.1.0",
                "category",
                category,
                "entryPoint",
                entryPoint,
                "directory",
                "/tmp",
                "memoryBytes",
                1 << 20,
                "cpus",
                1,
                "threads",
                4));
        order.putAll(Map.of(
                "package",
                ModuleRights.firstOfClassPath(),
                "operationTimeoutMillis",
                1000,
                "storageBytes",
                1,
                "configuration",
                Map.of()));
        return order;
    }

    private Object answered(String operation, Object reply) throws IOException {
        long id = execute(operation, "VALUE", false, null);
        Frame call = next(FrameType.CALL);
        assertThat(Json.decodeObject(call.payload()))
                .containsEntry("call", "call" + id)
                .containsEntry("method", "request");
        send(FrameType.RESULT, call.id(), reply);
        return result(id);
    }

    /** Sends batches of ten rows on an exchange, as the child gives credit. */
    private void stream(long id, int count) throws IOException {
        Frames frames = new Frames();
        Link link = new Link(Link.Side.HOST, InputStream.nullInputStream(), toChild, frames);
        Thread writer = Thread.ofPlatform().daemon().start(link::write);
        StreamSender<Batch> sender = new StreamSender<>(
                link,
                id,
                new BatchStreams(link, allocator, new BatchArea(Link.Side.HOST), false, () -> {}).outgoing(),
                failure -> Frame.of(FrameType.CANCEL, id),
                () -> {},
                Context.empty(),
                0);
        sender.start(Flux.range(0, count).map(index -> batch()));
        for (long credit = 0; credit < count; ) {
            credit = next(FrameType.CREDIT).number();
            sender.credit(credit);
        }
        await().until(() -> !frames.stillToWrite(link));
        link.end(new IOException("The stream is written."));
        await().until(() -> !writer.isAlive());
    }

    private static final class Frames implements Link.Owner {
        private volatile boolean written;

        boolean stillToWrite(Link link) {
            link.sendIfIdle(sink -> {
                sink.flush();
                written = true;
            });
            return !written;
        }

        @Override
        public void onLinkFrame(Frame frame) {}

        @Override
        public void onCall(Frame call) {}

        @Override
        public void onEnded(Throwable reason) {}
    }

    private Batch batch() {
        BigIntVector numbers = new BigIntVector("n", allocator);
        for (int row = 0; row < 10; row++) {
            numbers.setSafe(row, row);
        }
        numbers.setValueCount(10);
        VectorSchemaRoot root = new VectorSchemaRoot(List.of(numbers));
        root.setRowCount(10);
        return new Batch(root);
    }

    private long execute(String operation, String kind, boolean input, String format) throws IOException {
        Map<String, Object> order = new HashMap<>(Map.of(
                "method",
                "execute",
                "id",
                "call" + nextId,
                "operation",
                operation,
                "kind",
                kind,
                "params",
                Map.of(),
                "input",
                input));
        order.put("format", format);
        return send(order);
    }

    private long send(Map<String, Object> call) throws IOException {
        long id = nextId;
        nextId += 2;
        send(FrameType.CALL, id, call);
        return id;
    }

    private void send(FrameType type, long id) throws IOException {
        Frame.of(type, id).writeTo(sink);
        sink.flush();
    }

    private void send(FrameType type, long id, Object payload) throws IOException {
        new Frame(type, id, Json.encode(payload)).writeTo(sink);
        sink.flush();
    }

    private Object result(long id) throws IOException {
        Frame frame = next(FrameType.RESULT);
        assertThat(frame.id()).isEqualTo(id);
        return Json.decode(frame.payload());
    }

    private Map<String, Object> failure(long id) throws IOException {
        Frame frame = next(FrameType.FAILED);
        assertThat(frame.id()).isEqualTo(id);
        return Json.decodeObject(frame.payload());
    }

    /** The next frame of a type; log lines and credit that nobody waits for are passed over. */
    private Frame next(FrameType type) throws IOException {
        Frame frame = reader.next();
        while (frame != null && frame.type() != type) {
            assertThat(frame.type()).isIn(FrameType.LOG, FrameType.CREDIT, FrameType.SCHEMA, FrameType.GONE);
            frame = reader.next();
        }
        return frame;
    }
}
