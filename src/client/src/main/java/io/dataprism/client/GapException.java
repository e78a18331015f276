package io.dataprism.client;

/** Events were lost, and whoever follows has not said what to do then. */
public final class GapException extends ClientException {

    private static final long serialVersionUID = 1L;

    private final transient Gap gap;

    GapException(Gap gap) {
        super(
                "Events from " + gap.from() + " to " + gap.to() + " are lost (" + gap.reason()
                        + "): take gaps with onGap, or follow signals() instead of events().",
                null);
        this.gap = gap;
    }

    /** What is lost. Following goes on after {@link Gap#to()}. */
    public Gap gap() {
        return gap;
    }

    @Override
    public boolean retryable() {
        return false;
    }
}
