package io.dataprism.core.error;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParserTextTest {

    private static final ObjectMapper JSON = new ObjectMapper(JsonFactory.builder()
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(3).build())
            .build());

    private static String said(String json) {
        try {
            JSON.readTree(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        } catch (JsonProcessingException broken) {
            return ParserText.of(broken.getOriginalMessage());
        } catch (java.io.IOException impossible) {
            throw new java.io.UncheckedIOException(impossible);
        }
        throw new IllegalArgumentException("It is JSON: " + json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": [1, 2 | line 1, column 7",
                "{\"a\":{\"b\":1 | line 1, column 6",
                "[[[[1]]]] | exceeds the maximum allowed (3)",
                "{\"a\":tru} | Unrecognized token 'tru'"
            })
    void aPlaceStaysAndWhatTheParserIsBuiltOfGoes(String json, String kept) {
        assertThat(said(json)).contains(kept).doesNotContain("Source", "REDACTED", "StreamRead", "`");
    }

    @Test
    void anyOtherTextStaysAsItIs() {
        assertThat(ParserText.of("Duplicate field '[Source: x'")).isEqualTo("Duplicate field '[Source: x'");
    }
}
