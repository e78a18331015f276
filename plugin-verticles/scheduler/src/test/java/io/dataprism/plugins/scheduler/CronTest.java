package io.dataprism.plugins.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.plugin.PluginException;
import java.time.ZonedDateTime;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

    @ParameterizedTest
    @Timeout(10) // it went round and round where clocks go back by half an hour
    @CsvSource(delimiter = ';', textBlock = """
            * * * * *         ; 2026-01-31T10:00:30Z ; 2026-01-31T10:01:00Z
            */15 * * * *      ; 2026-01-31T10:15:00Z ; 2026-01-31T10:30:00Z
            5/20 * * * *      ; 2026-01-31T10:15:00Z ; 2026-01-31T10:25:00Z
            30 2 * * *        ; 2026-01-31T10:00:00Z ; 2026-02-01T02:30:00Z
            0 0 1 1 *         ; 2026-01-01T00:00:00Z ; 2027-01-01T00:00:00Z
            0 9-17/4 * * 1-5  ; 2026-01-30T17:00:00Z ; 2026-02-02T09:00:00Z
            0 9 * * 0         ; 2026-01-30T17:00:00Z ; 2026-02-01T09:00:00Z
            0 9 * * 7         ; 2026-01-30T17:00:00Z ; 2026-02-01T09:00:00Z
            0 0 13 * 5        ; 2026-02-01T00:00:00Z ; 2026-02-06T00:00:00Z
            0 0 29 2 *        ; 2026-01-01T00:00:00Z ; 2028-02-29T00:00:00Z
            0 0 31 * *        ; 2026-03-31T00:00:00Z ; 2026-05-31T00:00:00Z
            1,3,5 4 * * *     ; 2026-01-31T04:03:00Z ; 2026-01-31T04:05:00Z
            30 2 * * *        ; 2026-03-28T12:00:00+01:00[Europe/Berlin] ; 2026-03-30T02:30:00+02:00[Europe/Berlin]
            30 2 * * *        ; 2026-10-24T12:00:00+02:00[Europe/Berlin] ; 2026-10-25T02:30:00+02:00[Europe/Berlin]
            30 2 * * *        ; 2026-10-25T02:30:00+02:00[Europe/Berlin] ; 2026-10-26T02:30:00+01:00[Europe/Berlin]
            30 * * * *        ; 2026-10-25T02:30:00+02:00[Europe/Berlin] ; 2026-10-25T02:30:00+01:00[Europe/Berlin]
            30 2 * * *        ; 2026-10-25T02:30:00+01:00[Europe/Berlin] ; 2026-10-26T02:30:00+01:00[Europe/Berlin]
            0 9 * * *         ; 2026-04-05T00:00:00+11:00[Australia/Lord_Howe] ; 2026-04-05T09:00:00+10:30[Australia/Lord_Howe]
            45 1 * * *        ; 2026-04-05T01:45:00+11:00[Australia/Lord_Howe] ; 2026-04-06T01:45:00+10:30[Australia/Lord_Howe]
            15 2 * * *        ; 2026-10-03T12:00:00+10:30[Australia/Lord_Howe] ; 2026-10-05T02:15:00+11:00[Australia/Lord_Howe]
            30 23 * * *       ; 2026-04-04T12:00:00-03:00[America/Santiago] ; 2026-04-04T23:30:00-03:00[America/Santiago]
            30 0 * * *        ; 2026-09-05T12:00:00-04:00[America/Santiago] ; 2026-09-07T00:30:00-03:00[America/Santiago]
            """)
    void theNextTimeIsTheFirstThatFits(String cron, String after, String next) {
        assertThat(Cron.parse(cron).after(ZonedDateTime.parse(after))).contains(ZonedDateTime.parse(next));
    }

    @Test
    void aDayThatNeverComesHasNoNextTime() {
        assertThat(Cron.parse("0 0 30 2 *").after(ZonedDateTime.parse("2026-01-01T00:00:00Z")))
                .isEqualTo(Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "* * * *",
                "* * * * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 8",
                "a * * * *",
                "5-1 * * * *",
                "*/0 * * * *",
                "1,,2 * * * *",
                "-1 * * * *"
            })
    void whatIsNoCronIsRefused(String cron) {
        assertThatThrownBy(() -> Cron.parse(cron))
                .isInstanceOfSatisfying(
                        PluginException.class,
                        failure -> assertThat(failure.code()).isEqualTo("CONFIGURATION_INVALID"));
    }
}
