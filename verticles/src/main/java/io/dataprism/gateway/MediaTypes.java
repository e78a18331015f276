package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Content negotiation by RFC 9110: the most specific range decides on a type, quality decides between types. */
final class MediaTypes {

    private MediaTypes() {}

    private record Range(String type, String subtype, double quality, int position) {

        int specificity(String mediaType) {
            int slash = mediaType.indexOf('/');
            if (type.equals("*")) {
                return 0;
            }
            if (!type.equals(mediaType.substring(0, slash))) {
                return -1;
            }
            return subtype.equals("*") ? 1 : subtype.equals(mediaType.substring(slash + 1)) ? 2 : -1;
        }
    }

    /**
     * The offer that a client likes best.
     *
     * @param accept the header; null: the first offer
     * @param offers the default first
     * @throws DataPrismException {@code NOT_ACCEPTABLE}, naming the offers
     */
    static <T> T negotiate(@Nullable String accept, List<T> offers, Function<T, String> mediaType) {
        if (accept == null || accept.isBlank()) {
            return offers.getFirst();
        }
        List<Range> ranges = parse(accept);
        T best = null;
        Range bestRange = null;
        int bestSpecificity = 0;
        for (T offer : offers) {
            Range range = deciding(ranges, mediaType.apply(offer));
            if (range == null || range.quality() <= 0) {
                continue;
            }
            int specificity = range.specificity(mediaType.apply(offer));
            boolean better = bestRange == null
                    || range.quality() > bestRange.quality()
                    || (range.quality() == bestRange.quality() && specificity > bestSpecificity)
                    || (range.quality() == bestRange.quality()
                            && specificity == bestSpecificity
                            && range.position() < bestRange.position());
            if (better) {
                best = offer;
                bestRange = range;
                bestSpecificity = specificity;
            }
        }
        if (best == null) {
            throw notAcceptable(accept, offers.stream().map(mediaType).toList());
        }
        return best;
    }

    /**
     * The value of a parameter of the media type in {@code Accept}: of the ranges that name the type, the one that the client
     * likes best and whose value is legal.
     *
     * @return null where the best has no such parameter, or none names the type
     * @throws DataPrismException {@code NOT_ACCEPTABLE}, naming the legal values, where all have others
     */
    static @Nullable String parameter(@Nullable String accept, String mediaType, String name, List<String> legal) {
        String best = null;
        double bestQuality = 0;
        boolean named = false;
        for (String part :
                accept == null ? new String[0] : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            double quality = quality(pieces);
            if (pieces[0].strip().equals(mediaType) && quality > 0) {
                named = true;
                String value = parameter(pieces, name);
                if (quality > bestQuality && (value == null || legal.contains(value))) {
                    best = value;
                    bestQuality = quality;
                }
            }
        }
        if (named && bestQuality == 0) {
            throw notAcceptable(
                    String.valueOf(accept),
                    legal.stream()
                            .map(value -> mediaType + "; " + name + "=" + value)
                            .toList());
        }
        return best;
    }

    private static @Nullable String parameter(String[] pieces, String name) {
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i].strip();
            if (piece.startsWith(name + "=")) {
                return piece.substring(name.length() + 1).strip().replace("\"", "");
            }
        }
        return null;
    }

    static DataPrismException notAcceptable(String accept, List<String> offers) {
        return new DataPrismException(
                ErrorCode.NOT_ACCEPTABLE,
                "No answer can be given as '" + accept + "'.",
                "Accept one of " + offers.stream().collect(Collectors.joining(", ")) + ".");
    }

    private static @Nullable Range deciding(List<Range> ranges, String mediaType) {
        Range deciding = null;
        for (Range range : ranges) {
            int specificity = range.specificity(mediaType);
            if (specificity >= 0 && (deciding == null || specificity > deciding.specificity(mediaType))) {
                deciding = range;
            }
        }
        return deciding;
    }

    private static List<Range> parse(String accept) {
        List<Range> ranges = new ArrayList<>();
        for (String part : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            String name = pieces[0].strip();
            int slash = name.indexOf('/');
            if (slash > 0 && slash < name.length() - 1) {
                ranges.add(
                        new Range(name.substring(0, slash), name.substring(slash + 1), quality(pieces), ranges.size()));
            }
        }
        return ranges;
    }

    private static double quality(String[] pieces) {
        for (int i = 1; i < pieces.length; i++) {
            String piece = pieces[i].strip();
            if (piece.startsWith("q=")) {
                try {
                    return Math.clamp(Double.parseDouble(piece.substring(2).strip()), 0, 1);
                } catch (NumberFormatException notANumber) {
                    return 0;
                }
            }
        }
        return 1;
    }

    /** The media type of a header without its parameters, in lower case; empty where there is none. */
    static String essence(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int semicolon = contentType.indexOf(';');
        return (semicolon < 0 ? contentType : contentType.substring(0, semicolon))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The value of a parameter of a body's media type, in lower case; null where it has none. */
    static @Nullable String parameterOf(@Nullable String contentType, String name) {
        return contentType == null
                ? null
                : parameter(contentType.toLowerCase(Locale.ROOT).split(";", -1), name);
    }

    /**
     * Refuses a body that is packed: none is unpacked here.
     *
     * @throws DataPrismException {@code UNSUPPORTED_MEDIA_TYPE}, naming the coding
     */
    static void requirePlain(HttpServerRequest request) {
        String coding = request.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (coding != null && !coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
            throw new DataPrismException(
                    ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                    "A body with the Content-Encoding '" + ShownValue.of(coding) + "' is not taken here.",
                    "Send it unpacked, without Content-Encoding.");
        }
    }

    /** Whether a client names a coding, and likes it no less than none at all. */
    static boolean prefers(@Nullable String acceptEncoding, String coding) {
        double own = 0;
        double identity = 0;
        for (String part : acceptEncoding == null
                ? new String[0]
                : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            String name = pieces[0].strip();
            if (name.equals(coding)) {
                own = quality(pieces);
            } else if (name.equals("identity")) {
                identity = quality(pieces);
            }
        }
        return own > 0 && own >= identity;
    }

    /** Whether a client takes gzip. */
    static boolean takesGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        Double any = null;
        for (String part : acceptEncoding.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] pieces = part.split(";", -1);
            if (pieces[0].strip().equals("gzip")) {
                return quality(pieces) > 0;
            }
            if (pieces[0].strip().equals("*")) {
                any = quality(pieces);
            }
        }
        return any != null && any > 0;
    }

    /** The refusal of a body's type. */
    static DataPrismException unsupported(String found, List<String> legal) {
        return new DataPrismException(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                (found.isEmpty()
                                ? "The body has no Content-Type."
                                : "A body of the type '" + found + "' is not taken here.")
                        + " Legal are " + String.join(", ", legal) + ".",
                "Send the body with one of those as its Content-Type.");
    }
}
