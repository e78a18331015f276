package io.dataprism.core.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginStorageTest {

    private static final long QUOTA_BYTES = 100;

    @TempDir
    Path folder;

    private PluginStorage storage;

    @BeforeEach
    void open() {
        storage = new PluginStorage(folder);
    }

    private static byte[] json(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void set(String key, String value) {
        storage.set("p", key, json(value), QUOTA_BYTES);
    }

    private static void refused(ErrorCode code, Runnable action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        DataPrismException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }

    @Test
    void aValueIsThereAfterARestartAndGoneAfterItsDeletion() {
        set("a/b ü", "{\"n\":1}");
        storage = new PluginStorage(folder);

        assertThat(storage.get("p", "a/b ü"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(json("{\"n\":1}")));
        assertThat(storage.get("other", "a/b ü")).isEmpty();
        assertThat(storage.delete("p", "a/b ü")).isTrue();
        assertThat(storage.delete("p", "a/b ü")).isFalse();
        assertThat(storage.get("p", "a/b ü")).isEmpty();
    }

    @Test
    void keysAreListedInPagesInTheOrderOfTheirBytes() {
        for (String key : new String[] {"b", "a", "\uFFFD", "\uD83D\uDE00", "B"}) {
            set(key, "1");
        }
        PluginStorage.Page first = storage.list("p", key -> !key.equals("a"), null, 2);
        assertThat(first.keys()).containsExactly("B", "b");
        assertThat(first.next()).isEqualTo("b");
        PluginStorage.Page second = storage.list("p", key -> !key.equals("a"), first.next(), 2);
        assertThat(second.keys()).containsExactly("\uFFFD", "\uD83D\uDE00");
        assertThat(second.next()).isNull();
        assertThat(storage.list("nobody", key -> true, null, 2).keys()).isEmpty();
    }

    @Test
    void filesThatAreNoValuesAreNoKeys() throws Exception {
        set("mine", "1");
        Path own = folder.resolve("storage").resolve("p");
        Files.writeString(own.resolve("notes.txt"), "");
        Files.writeString(own.resolve("not*base64.json"), "");
        Files.writeString(own.resolve(".json"), "");
        Files.writeString(own.resolve("A".repeat(200) + ".json"), "");
        assertThat(storage.list("p", key -> true, null, 10).keys()).containsExactly("mine");
    }

    @Test
    void keysHaveOneTo128BytesAndAreWholeText() {
        set("k".repeat(128), "1");
        for (String key : new String[] {"", "k".repeat(129), "ü".repeat(65), "half \uD83D"}) {
            refused(ErrorCode.REQUEST_INVALID, () -> set(key, "1"));
            refused(ErrorCode.REQUEST_INVALID, () -> storage.get("p", key));
        }
    }

    @Test
    void beyondTheQuotaNothingChangesAndAReplacedValueDoesNotCountTwice() {
        set("a", "1".repeat(60));
        set("a", "2".repeat(100));
        refused(ErrorCode.QUOTA_EXCEEDED, () -> set("b", "1"));
        refused(ErrorCode.QUOTA_EXCEEDED, () -> set("a", "3".repeat(101)));
        assertThat(storage.get("p", "a"))
                .hasValueSatisfying(value -> assertThat(value).isEqualTo(json("2".repeat(100))));
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> storage.set("p", "a", new byte[PluginStorage.VALUE_BYTES_LIMIT + 1], Long.MAX_VALUE));
    }

    @Test
    void whatAPluginKeptIsForgottenWithItAndOthersKeepTheirs() {
        set("a", "1");
        storage.set("q", "a", json("2"), QUOTA_BYTES);
        storage.forget("p");
        storage.forget("p");
        assertThat(storage.get("p", "a")).isEmpty();
        assertThat(storage.get("q", "a")).isPresent();
    }

    @Test
    void aFolderThatCannotBeUsedIsAFailureAndNoMissingValue() throws Exception {
        Path own = Files.createDirectories(folder.resolve("storage").resolve("p"));
        String name = Base64.getUrlEncoder().withoutPadding().encodeToString(json("a")) + ".json";
        Files.createDirectories(own.resolve(name).resolve("in the way"));
        assertThatThrownBy(() -> storage.get("p", "a")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> set("a", "1")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> storage.delete("p", "a")).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> storage.forget("p")).isInstanceOf(UncheckedIOException.class);
    }
}
