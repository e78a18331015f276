package io.dataprism.client;

/**
 * Events were lost here.
 *
 * @param from the cursor behind which they were
 * @param to the cursor from which it goes on
 * @param reason {@code expired} (no longer in the log), {@code epoch} (the log is another, such as after a restart) or
 *     {@code slow} (the reader fell behind the log)
 */
public record Gap(String from, String to, String reason) implements Signal {

    @Override
    public String cursor() {
        return to;
    }
}
