package io.dataprism.core.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.event.ClusterCursor.Mark;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterCursorTest {

    @Property(tries = 300)
    void whatIsWrittenIsRead(
            @ForAll @Size(8) List<@IntRange(max = 9) Integer> epochs,
            @ForAll @LongRange(max = Long.MAX_VALUE / 4) long next,
            @ForAll @IntRange(max = ClusterCursor.CHECKS - 1) int check) {
        List<Mark> marks = new ArrayList<>();
        for (int epoch : epochs) {
            marks.add(epoch == 0 ? null : new Mark("zzzzzzzzzzzzzzz" + epoch, next / epoch, check));
        }
        ClusterCursor cursor = new ClusterCursor(marks);

        assertThat(cursor.text()).matches("[A-Za-z0-9._~-]{1,512}");
        assertThat(ClusterCursor.parse(cursor.text())).isEqualTo(cursor);
        assertThat(ClusterCursor.isOne(cursor.text())).isTrue();
        assertThat(ClusterCursor.isOfOneNode(cursor.text())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2~",
                "2~a~-.-.-.-.-.-.-",
                "2~a~-.-.-.-.-.-.-.-.-",
                "2~a~11-1.-.-.-.-.-.-.-",
                "2~A~01-1.-.-.-.-.-.-.-",
                "2~a~01-.-.-.-.-.-.-.-",
                "2~a~01-zzzz.-.-.-.-.-.-.-",
                "2~a~0zzzzzzzzzzzzz-1.-.-.-.-.-.-.-",
                "3~a~-.-.-.-.-.-.-.-"
            })
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> ClusterCursor.parse(text))
                .isInstanceOfSatisfying(
                        DataPrismException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REQUEST_INVALID));
    }

    @Test
    void aNodeThatIsAloneTellsAGapToWhoComesFromACluster() {
        LocalEventLog log = new LocalEventLog(EventLog.Limits.DEFAULT, InstantSource.system());
        log.append(Topic.parse("a"), "/x", "1".getBytes(StandardCharsets.UTF_8));

        EventLog.Place place = log.place(new Start.After("2~a~01-1.-.-.-.-.-.-.-"));

        assertThat(place.position()).isZero();
        assertThat(place.gap()).extracting(Gap::reason).isEqualTo(Gap.Reason.EPOCH);
    }
}
