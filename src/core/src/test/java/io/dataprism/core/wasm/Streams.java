package io.dataprism.core.wasm;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcess.Answer;
import io.dataprism.core.confinement.PluginProcess.Call;
import io.dataprism.core.confinement.PluginProcess.Kind;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.Batch;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import reactor.core.publisher.Flux;

/** Batches, and calls of modules that read or answer them. */
final class Streams {

    static final int ROWS = 5;

    private Streams() {}

    /** The module of all streams, active. */
    static PluginProcess start(Modules modules) throws Exception {
        try (InputStream in = Streams.class.getResourceAsStream("/wasm/streams.wat")) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return modules.start(modules.launch(WatModules.of(text), "pass", "count", "emit"));
        }
    }

    /** Numbers and texts, some of them missing. @param text what each text begins with */
    static Batch batch(BufferAllocator allocator, int first, int rows, String text) {
        IntVector numbers = new IntVector("number", allocator);
        VarCharVector texts = new VarCharVector("text", allocator);
        for (int row = 0; row < rows; row++) {
            if (row % 3 != 2) {
                numbers.setSafe(row, first + row);
            }
            if (row % 4 != 3) {
                texts.setSafe(row, (text + row).getBytes(StandardCharsets.UTF_8));
            }
        }
        numbers.setValueCount(rows);
        texts.setValueCount(rows);
        return new Batch(new VectorSchemaRoot(
                List.of(numbers.getField(), texts.getField()), List.<FieldVector>of(numbers, texts), rows));
    }

    static Flux<Batch> batches(BufferAllocator allocator, int count) {
        return Flux.range(0, count).map(each -> batch(allocator, each * ROWS, ROWS, "größer "));
    }

    /** As a module gets it, or emits it. */
    static byte[] bytes(Batch batch) {
        try (BatchPieces pieces = new BatchPieces(batch, HostRequests.MOST_ANSWER_BYTES)) {
            return pieces.next();
        }
    }

    static Call call(Kind kind, String operation, Flux<Batch> input, Duration timeout) {
        return new Call(UUID.randomUUID().toString(), operation, kind, Map.of(), input, null, timeout);
    }

    /** A call that emits these. */
    static Call emission(byte[]... streams) {
        String hexadecimal = Stream.of(streams).map(HexFormat.of()::formatHex).collect(Collectors.joining(";"));
        return new Call(
                UUID.randomUUID().toString(),
                "emit",
                Kind.DATASET,
                Map.of("a", hexadecimal),
                null,
                null,
                Modules.BOUND);
    }

    static Flux<Batch> answer(PluginProcess plugin, Call call) {
        return plugin.execute(call).flatMapMany(answer -> ((Answer.Dataset) answer).batches());
    }

    /** The batches as text, each closed. */
    static List<String> tables(Flux<Batch> batches) {
        List<String> tables = new ArrayList<>();
        batches.doOnNext(batch -> {
                    try (batch) {
                        tables.add(batch.root().contentToTSVString());
                    }
                })
                .blockLast(Modules.BOUND);
        return tables;
    }

    /** How many batches the module counts, or what it is told instead. @param input null: none */
    static Object count(PluginProcess plugin, Flux<Batch> input) {
        return value(plugin, "count", input);
    }

    static Object value(PluginProcess plugin, String operation, Flux<Batch> input) {
        return ((Answer.Value) plugin.execute(Streams.call(Kind.VALUE, operation, input, Modules.BOUND))
                        .block(Modules.BOUND))
                .value();
    }
}
