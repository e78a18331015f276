package io.dataprism.plugin;

/**
 * How a plugin feels. Asked for every few seconds; the answer is shown in the plugin's status, and the first unhealthy one in a
 * row is an event {@code plugin:unhealthy}. An unhealthy plugin keeps serving: it is the operator who acts.
 *
 * @param detail what is wrong and what would help, for an operator; empty where nothing is
 */
public record Health(boolean healthy, String detail) {

    private static final Health HEALTHY = new Health(true, "");

    /** All is well. */
    public static Health ok() {
        return HEALTHY;
    }

    /** Something is wrong. */
    public static Health unhealthy(String detail) {
        return new Health(false, detail);
    }
}
