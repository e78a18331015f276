package io.dataprism.plugins.drawing;

import java.util.List;
import java.util.stream.IntStream;

/**
 * How the labels under the bars are written so that they neither overlap nor leave the picture: level in lines, slanted,
 * upright, and where bars are narrower than a line of text only some of them.
 *
 * @param lines of each label, already cut
 * @param degrees that labels are turned: 0, -45 or -90
 * @param every the label of each how manieth bar is shown
 * @param height that the labels need below the axis
 */
public record LabelPlan(List<List<String>> lines, double size, int degrees, int every, double height) {

    /** To the size of a font. */
    public static final double LINE_HEIGHT = 1.25;

    private static final double SIZE = 12;
    private static final double SMALLEST_SIZE = 9;
    private static final int MAX_LINES = 3;

    /** From this width of a bar's place on, long labels are rather cut than turned. */
    private static final double ROOMY = 110;

    private static final double DIAGONAL = Math.sqrt(2);

    /** What a line turned by 45 degrees takes of the axis. */
    private static final double SLANTED_LINE = SIZE * LINE_HEIGHT * DIAGONAL;

    /**
     * Plans the labels of an axis.
     *
     * @param place the width that each bar has with the gap beside it
     * @param maxHeight that the labels may take
     * @param leftOfFirst the space to the left of the first bar's middle, for labels that are slanted
     */
    public static LabelPlan of(List<String> labels, double place, double maxHeight, double leftOfFirst) {
        double widest = labels.stream()
                .mapToDouble(label -> TextWidths.width(label, SIZE, false))
                .max()
                .orElse(0);
        if (widest <= place - 6) {
            return level(labels, place, 1);
        }
        int lines = Math.clamp((long) (maxHeight / (SIZE * LINE_HEIGHT)), 1, MAX_LINES);
        if (place >= ROOMY || fitsInLines(labels, place - 8, lines)) {
            return level(labels, place, lines);
        }
        double slantedLength = Math.min(maxHeight, leftOfFirst) * DIAGONAL - SIZE;
        boolean slantShowsMore = slantedLength >= Math.min(widest, maxHeight);
        if (place >= SLANTED_LINE && slantShowsMore) {
            return slanted(labels, Math.min(widest, slantedLength));
        }
        return upright(labels, place, maxHeight);
    }

    /** Whether the label of that bar is written. */
    public boolean shows(int index) {
        return index % every == 0;
    }

    private static LabelPlan level(List<String> labels, double place, int maxLines) {
        List<List<String>> lines = labels.stream()
                .map(label -> TextWidths.wrap(label, place - 6, SIZE, false, maxLines))
                .toList();
        int most = lines.stream().mapToInt(List::size).max().orElse(1);
        return new LabelPlan(lines, SIZE, 0, 1, Math.max(1, most) * SIZE * LINE_HEIGHT);
    }

    private static LabelPlan slanted(List<String> labels, double longest) {
        return new LabelPlan(cut(labels, longest, SIZE), SIZE, -45, 1, (longest + SIZE) / DIAGONAL);
    }

    private static LabelPlan upright(List<String> labels, double place, double maxHeight) {
        double size = Math.clamp(place / LINE_HEIGHT, SMALLEST_SIZE, SIZE);
        int every = (int) Math.ceil(size * LINE_HEIGHT / place - 1e-6);
        double widest = labels.stream()
                .mapToDouble(label -> TextWidths.width(label, size, false))
                .max()
                .orElse(0);
        double longest = Math.min(widest, maxHeight);
        return new LabelPlan(cut(labels, longest, size), size, -90, every, longest);
    }

    private static List<List<String>> cut(List<String> labels, double width, double size) {
        return labels.stream()
                .map(label -> List.of(TextWidths.cut(label, width, size, false)))
                .toList();
    }

    /** Whether each label can be broken at its spaces without losing anything. */
    private static boolean fitsInLines(List<String> labels, double width, int maxLines) {
        return labels.stream().allMatch(label -> {
            List<String> lines = TextWidths.wrap(label, width, SIZE, false, maxLines);
            return IntStream.range(0, lines.size())
                    .noneMatch(index -> lines.get(index).endsWith(TextWidths.ELLIPSIS));
        });
    }
}
