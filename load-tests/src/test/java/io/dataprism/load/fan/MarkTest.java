package io.dataprism.load.fan;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkTest {

    @ParameterizedTest
    @ValueSource(ints = {63, 64, 200, 1_000})
    void data_has_the_size_that_is_asked_for_and_carries_its_mark(int sizeBytes) {
        byte[] data = Posting.data(sizeBytes).getBytes(StandardCharsets.UTF_8);
        ByteBuffer in = ByteBuffer.wrap(data);
        int mark = Mark.find(in, 0, data.length, 0);
        Mark.write(data, mark, 15, 999, 12_345_678, Long.MAX_VALUE);
        assertThat(data).hasSize(sizeBytes);
        assertThat(Mark.publisher(in, mark)).isEqualTo(15);
        assertThat(Mark.topic(in, mark)).isEqualTo(999);
        assertThat(Mark.number(in, mark)).isEqualTo(12_345_678);
        assertThat(Mark.nanos(in, mark)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_wrong_guess_does_not_hide_it_and_where_there_is_none_none_is_found() {
        ByteBuffer in = ByteBuffer.wrap(("{\"cursor\":\"1\"}" + Posting.data(100)).getBytes(StandardCharsets.UTF_8));
        int mark = Mark.find(in, 0, in.limit(), 3);
        assertThat(Mark.find(in, 0, in.limit(), mark)).isEqualTo(mark).isPositive();
        assertThat(Mark.find(in, 0, mark + Mark.LENGTH - 1, mark)).isEqualTo(-1);
    }
}
