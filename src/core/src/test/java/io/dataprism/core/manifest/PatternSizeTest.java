package io.dataprism.core.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {

    private static final String[] ATOMS = {"a", ".", "[a-z]", "[^]x]", "\\d", "(a)", "(a|bc)", "(?:[0-9]{3})"};
    private static final String[] COUNTS = {"", "*", "+", "?", "{2}", "{0,9}", "{7,}", "{30}"};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a{1000}){1000}",
                "((a{100}){100}){100}",
                "(((a{1000}){1000}){1000}){1000}",
                "([(]{1000}){100}",
                "(a{0,1000}){0,1000}",
                "a{1000}(b{1000}c{1000}){20}",
                "(\\){1000}){100}"
            })
    void aFewCharactersThatBecomeVeryManyAreSeenWithoutCompilingThem(String pattern) {
        assertThat(PatternSize.of(pattern)).isGreaterThan(PatternSize.LIMIT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[a-z_][a-z0-9_]{0,62}$",
                "^#[0-9a-fA-F]{6}$",
                "^.{1,1000}$",
                "^([a-z]{1,63}\\.){1,8}[a-z]{2,63}$"
            })
    void whatPeopleWriteIsSmall(String pattern) {
        assertThat(PatternSize.of(pattern)).isLessThan(PatternSize.LIMIT);
    }

    @Property(tries = 500)
    void itIsNeverMuchLessThanWhatCompilingMakes(@ForAll long seed) {
        Random random = new Random(seed);
        String pattern = part(random, 0);
        long size = PatternSize.of(pattern);
        if (size <= PatternSize.LIMIT) {
            assertThat((long) Pattern.compile(pattern).programSize())
                    .as(pattern + " of seed " + seed)
                    .isLessThanOrEqualTo(6 * size + 16);
        }
    }

    private static String part(Random random, int depth) {
        StringBuilder pattern = new StringBuilder();
        for (int each = random.nextInt(3); each >= 0; each--) {
            String atom = depth < 3 && random.nextInt(3) == 0
                    ? "(" + part(random, depth + 1) + ")"
                    : ATOMS[random.nextInt(ATOMS.length)];
            pattern.append(atom).append(COUNTS[random.nextInt(COUNTS.length)]);
        }
        return pattern.toString();
    }
}
