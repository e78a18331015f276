package io.dataprism.cluster.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ItemPartsTest {

    @Property(tries = 200)
    void whatIsCutIsPutTogether(
            @ForAll @IntRange(max = 5_000) int first, @ForAll @IntRange(max = 5_000) int second, @ForAll long seed) {
        Random random = new Random(seed);
        List<byte[]> items = List.of(bytes(random, first), bytes(random, second));
        List<byte[]> slots = new ArrayList<>();
        for (byte[] item : items) {
            List<byte[]> parts = ItemParts.split(item, 512);
            assertThat(parts).allMatch(part -> part.length <= 512);
            slots.addAll(parts);
        }
        int skipped = random.nextInt(ItemParts.split(items.getFirst(), 512).size() + 1);

        List<byte[]> read = new ArrayList<>();
        ItemParts parts = new ItemParts();
        for (byte[] slot : slots.subList(skipped, slots.size())) {
            ItemParts.Outcome outcome = parts.add(slot);
            assertThat(outcome).isNotEqualTo(ItemParts.Outcome.MALFORMED);
            if (outcome == ItemParts.Outcome.WHOLE) {
                read.add(parts.take());
            }
        }

        assertThat(read).containsExactlyElementsOf(items.subList(skipped > 0 ? 1 : 0, 2));
    }

    @Test
    void whatSaysThatItIsHugeTakesNoRoom() {
        byte[] slot = new byte[100_000];
        slot[0] = 1;
        slot[3] = 3;
        slot[4] = -24;

        assertThat(new ItemParts().add(slot)).isEqualTo(ItemParts.Outcome.MALFORMED);
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
