package io.dataprism.plugins.drawing;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.plugin.RenderConfig;
import io.dataprism.plugins.drawing.Drawing.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class SheetTest {

    @Test
    void aLegendSaysHowManyOfItsEntriesHaveNoRoom() {
        Sheet sheet = sheet(400, 300);
        sheet.legend(IntStream.range(0, 40)
                .mapToObj(index -> new Key("entry " + index, Ink.ofSeries(index), Dash.SOLID, true))
                .toList());
        List<String> texts = texts(sheet);
        assertThat(texts).first().isEqualTo("entry 0");
        assertThat(texts.getLast()).isEqualTo("and " + (40 - texts.size() + 1) + " more");
    }

    @Test
    void oneEntryNeedsNoLegend() {
        Sheet sheet = sheet(400, 300);
        sheet.legend(List.of(new Key("only", Ink.SERIES1, Dash.SOLID, false)));
        assertThat(sheet.marks()).isEmpty();
    }

    @Test
    void aSpanEndsWithItsValuesAndItsTicksAreWithin() {
        Span span = Span.of(3, 97, 0, 5);
        assertThat(span.part(3)).isZero();
        assertThat(span.part(97)).isEqualTo(1);
        assertThat(span.ticks()).extracting(Tick::text).containsExactly("20", "40", "60", "80");
        assertThat(Span.of(5, 5, 0.1, 4).part(5)).isBetween(0.3, 0.7);
        assertThat(Span.of(-1e300, 1e300, 0.04, 4).part(0)).isEqualTo(0.5);
    }

    @Test
    void aNumberBeyondAThousandthOfItsUnitIsWrittenInFull() {
        assertThat(Scale.around(1e9, 1e9 + 4, 4).ticks())
                .extracting(Tick::text)
                .startsWith("1\u202f000\u202f000\u202f000", "1\u202f000\u202f000\u202f001");
    }

    @Property(tries = 200)
    void entriesOfALegendLieInsideThePicture(
            @ForAll @Size(min = 2, max = 30) List<@StringLength(max = 80) String> names,
            @ForAll @IntRange(min = 200, max = 2000) int width) {
        Sheet sheet = sheet(width, 400);
        sheet.legend(names.stream()
                .map(name -> new Key(name, Ink.SERIES1, Dash.SOLID, false))
                .toList());
        assertThat(sheet.marks()).filteredOn(Text.class::isInstance).allSatisfy(mark -> {
            Text text = (Text) mark;
            assertThat(text.x() + TextWidths.width(text.text(), text.size(), false))
                    .isLessThanOrEqualTo(width);
        });
    }

    private static List<String> texts(Sheet sheet) {
        return sheet.marks().stream()
                .filter(Text.class::isInstance)
                .map(mark -> ((Text) mark).text())
                .toList();
    }

    private static Sheet sheet(int width, int height) {
        return new Sheet(Canvas.of(Map.of("width", width, "height", height), RenderConfig.DEFAULT));
    }
}
