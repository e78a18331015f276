package io.dataprism.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditCursorTest {

    private static AuditPage.Line line(long sequence, long millis) {
        return new AuditPage.Line(sequence, millis, "{}");
    }

    private static String node(int number) {
        return new UUID(0, number).toString();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 10, 40})
    void eachNodeIsReadOnBehindItsOwnLine(int nodes) {
        AuditCursor cursor = AuditCursor.first();
        for (int i = 0; i < nodes; i++) {
            cursor.advance(node(i), line(1L + i * 1000L, 1_800_000_000_000L + i));
        }
        assertThat(cursor.text()).matches("[A-Za-z0-9._~-]{3,512}");
        AuditCursor read = AuditCursor.parse(cursor.text());
        for (int i = 0; i < nodes; i++) {
            assertThat(read.of(node(i))).isEqualTo(new AuditStart(1L + i * 1000L, 0, 0));
        }
        assertThat(read.of("a node that came later")).isEqualTo(AuditStart.FIRST);
        assertThat(read.text()).isEqualTo(cursor.text());
    }

    @ParameterizedTest
    @ValueSource(ints = {60, 1000})
    void ofTooManyThoseThatWereQuietAreKnownByATimeThatIsNoLaterThanWhatWasRead(int nodes) {
        AuditCursor cursor = AuditCursor.first();
        long millis = 1_800_000_000_000L;
        for (int i = 0; i < nodes; i++) {
            cursor.advance(node(i), line(Long.MAX_VALUE >> 20, ++millis));
            assertThat(cursor.text()).hasSizeLessThanOrEqualTo(AuditCursor.CHARACTERS_LIMIT);
            cursor = AuditCursor.parse(cursor.text());
        }
        assertThat(cursor.of(node(nodes - 1))).isEqualTo(new AuditStart(Long.MAX_VALUE >> 20, 0, 0));
        int byTime = 0;
        for (int i = 0; i < nodes; i++) {
            AuditStart start = cursor.of(node(i));
            if (start.afterSequence() == 0) {
                byTime++;
                assertThat(start.afterMillis()).isBetween(millis - nodes, millis - 1);
            }
        }
        assertThat(byTime).isBetween(1, nodes - 1);
    }

    @Test
    void withoutACursorEverythingIsRead() {
        assertThat(AuditCursor.parse(null).of("n")).isEqualTo(AuditStart.FIRST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "1", "a1~7", "a2~", "a2~*", "a2~AAAB", "a2~gICAgICAgICAgICAgA", "a2~AAECAwQFgA"})
    void whatIsNoneIsRefused(String text) {
        assertThatThrownBy(() -> AuditCursor.parse(text))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining("is no cursor of the audit log");
    }

    @Test
    void whatIsTooLongIsRefused() {
        assertThatThrownBy(() -> AuditCursor.parse("a2~" + "A".repeat(600)))
                .isInstanceOf(DataPrismException.class)
                .hasMessageContaining("...");
    }
}
