package io.dataprism.load.measure;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether something that was looked at again and again has come to rest: the straight line through the second half of the looks rises
 * by less than a part of their mean, or by less than what does not matter.
 *
 * @param first mean of the first half
 * @param second mean of the second half
 * @param rise of the line over the second half
 */
public record Flatness(double first, double second, double rise, boolean flat) {

    private static final double PART = 0.05;

    /** Looks at figures in their order, of which there must be four or more. @param least what does not matter */
    public static Flatness of(List<Double> figures, double least) {
        int half = figures.size() / 2;
        List<Double> late = figures.subList(half, figures.size());
        double middle = (late.size() - 1) / 2.0;
        double mean = mean(late);
        double above = 0;
        double below = 0;
        for (int at = 0; at < late.size(); at++) {
            above += (at - middle) * (late.get(at) - mean);
            below += (at - middle) * (at - middle);
        }
        double rise = below == 0 ? 0 : above / below * (late.size() - 1);
        return new Flatness(mean(figures.subList(0, half)), mean, rise, rise <= Math.max(least, PART * mean));
    }

    /** For the result. */
    public Map<String, Object> toJson() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("meanOfFirstHalf", first);
        json.put("meanOfSecondHalf", second);
        json.put("riseOverSecondHalf", rise);
        json.put("flat", flat);
        return json;
    }

    private static double mean(List<Double> figures) {
        return figures.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    }
}
