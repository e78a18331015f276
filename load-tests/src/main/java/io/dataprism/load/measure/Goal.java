package io.dataprism.load.measure;

/** What a figure has to reach. */
public sealed interface Goal {

    boolean isMetBy(double figure);

    /** As in the table of goals. */
    String text();

    /** The figure, or more. */
    record AtLeast(double bound) implements Goal {
        @Override
        public boolean isMetBy(double figure) {
            return figure >= bound;
        }

        @Override
        public String text() {
            return ">= " + bound;
        }
    }

    /** The figure, or less. */
    record AtMost(double bound) implements Goal {
        @Override
        public boolean isMetBy(double figure) {
            return figure <= bound;
        }

        @Override
        public String text() {
            return "<= " + bound;
        }
    }
}
