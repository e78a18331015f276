package io.dataprism.core.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.format.VectorCheck;
import io.dataprism.fixtures.wasm.WatModules;
import io.dataprism.plugin.Batch;
import io.dataprism.sandbox.frame.ProtocolException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Whatever a module emits is a table or refused, and the next call is served. */
class EmittedStreamTest {

    @Test
    void whatIsNoStreamOfTheAnswerFailsItAndTheNextCallIsServed() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            byte[] good = Streams.bytes(Streams.batch(modules.allocator, 0, Streams.ROWS, "a"));
            for (Map.Entry<String, byte[][]> broken :
                    BrokenStreams.all(modules.allocator).entrySet()) {
                DataPrismException refused = catchThrowableOfType(
                        DataPrismException.class,
                        () -> Streams.tables(Streams.answer(plugin, Streams.emission(broken.getValue()))));
                assertThat(refused).as(broken.getKey()).isNotNull();
                assertThat(refused.code()).as(broken.getKey()).isEqualTo(ErrorCode.PLUGIN_FAILED);
                assertThat(refused.detail()).contains("'emit'").contains("'module'");
                assertThat(Streams.tables(Streams.answer(plugin, Streams.emission(good, good))))
                        .hasSize(2);
            }
        }
    }

    @Test
    void whateverIsEmittedIsATableOrAFailureOfThePlugin() throws Exception {
        assumeTrue(WatModules.possible(), "wat2wasm is not there; Debian has it in the package wabt");
        long seed = System.nanoTime();
        System.out.println("whateverIsEmittedIsATableOrAFailureOfThePlugin: seed " + seed);
        Random random = new Random(seed);
        try (Modules modules = new Modules(WasmEngine.COMPILER)) {
            PluginProcess plugin = Streams.start(modules);
            byte[] good = Streams.bytes(Streams.batch(modules.allocator, 0, 20, "text "));
            for (int each = 0; each < 300; each++) {
                byte[] stream = mutated(good.clone(), random.nextLong(), 1 + random.nextInt(8));
                DataPrismException refused = catchThrowableOfType(
                        DataPrismException.class,
                        () -> Streams.tables(Streams.answer(plugin, Streams.emission(good, stream))));
                if (refused != null) {
                    assertThat(refused.code()).as(refused.detail()).isEqualTo(ErrorCode.PLUGIN_FAILED);
                }
            }
        }
    }

    @Test
    void aBatchWithoutRowsTakesNoMemoryForRows() {
        try (RootAllocator allocator = new RootAllocator(64 << 20)) {
            Schema wide = new Schema(IntStream.range(0, 2000)
                    .mapToObj(each -> each % 2 == 0
                            ? Field.nullable("c" + each, new ArrowType.Utf8())
                            : Field.nullable("c" + each, new ArrowType.FixedSizeBinary(1 << 20)))
                    .toList());
            byte[] stream = Streams.bytes(new Batch(VectorSchemaRoot.create(wide, allocator)));
            readInFull(new EmittedStream(stream), allocator);
            assertThat(allocator.getPeakMemoryAllocation()).isLessThan(2 << 20);
        }
    }

    /** Any byte, any length, any cut: what is left is read in full or refused, and holds no memory. */
    @Property(tries = 3000)
    void aMutatedStreamIsATableOrRefused(@ForAll long seed, @ForAll @IntRange(min = 1, max = 8) int changes) {
        try (RootAllocator allocator = new RootAllocator(1L << 30)) {
            byte[] stream = mutated(Streams.bytes(Streams.batch(allocator, 0, 20, "text ")), seed, changes);
            try {
                readInFull(new EmittedStream(stream), allocator);
            } catch (ProtocolException | OutOfMemoryException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    private static void readInFull(EmittedStream stream, RootAllocator allocator) {
        Schema schema = stream.schema();
        while (stream.more()) {
            try (Batch batch = stream.next(schema, allocator)) {
                VectorCheck.requireValid(batch.root());
                assertThat(batch.root().contentToTSVString()).isNotEmpty();
            }
        }
    }

    private static byte[] mutated(byte[] bytes, long seed, int changes) {
        Random random = new Random(seed);
        byte[] copy = random.nextInt(8) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
        for (int change = 0; change < changes && copy.length > 0; change++) {
            int at = random.nextInt(copy.length);
            copy[at] = random.nextBoolean() ? (byte) random.nextInt() : (byte) (copy[at] ^ 1 << random.nextInt(8));
        }
        return copy;
    }
}
