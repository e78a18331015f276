package io.dataprism.gateway;

import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How often somebody has failed to sign in, by address, in the minute that runs. At most {@value #ADDRESSES_LIMIT} addresses are
 * told apart; the oldest is forgotten for a new one. Addresses of IPv6 count by the first 64 bits, which one customer has. Any
 * thread, in turn.
 */
final class FailedSignIns {

    static final Duration WINDOW = Duration.ofMinutes(1);
    static final int ADDRESSES_LIMIT = 10_000;

    /** How many failures of one address have a line of their own in the audit log, in a minute. */
    static final int LINES_EACH = 10;

    /** The same of all addresses together. */
    static final int LINES_ALL = 200;

    /** Lines that sum up, in a minute; the rest is one line more. */
    static final int SUMS_LIMIT = 20;

    private final Map<String, Count> counts = new LinkedHashMap<>();
    private Instant ends = Instant.MIN;
    private int lines;
    private Sum forgotten = new Sum("", 0);

    private static final class Count {
        private int failures;
        private int written;
        private int unwritten;
    }

    /**
     * Failures that have no line of their own.
     *
     * @param address of which they were; empty: of many
     */
    record Sum(String address, int failures) {}

    /**
     * What becomes of a failure.
     *
     * @param failures of the address in this minute, this one included
     * @param written whether it has a line of its own
     * @param left until a new minute begins
     */
    record Verdict(int failures, boolean written, Duration left) {}

    /**
     * Notes a failure; {@link #turn} has to be called before.
     *
     * @param tried whether there was a token; if not, nothing was tried
     */
    synchronized Verdict add(String address, boolean tried, Instant now) {
        Count count = counts.get(address);
        if (count == null) {
            makeRoom();
            count = new Count();
            counts.put(address, count);
        }
        if (tried) {
            count.failures++;
        }
        boolean written = count.written < LINES_EACH && lines < LINES_ALL;
        if (written) {
            count.written++;
            lines++;
        } else {
            count.unwritten++;
        }
        return new Verdict(count.failures, written, Duration.between(now, ends));
    }

    private void makeRoom() {
        if (counts.size() >= ADDRESSES_LIMIT) {
            var oldest = counts.entrySet().iterator();
            forgotten = new Sum("", forgotten.failures() + oldest.next().getValue().unwritten);
            oldest.remove();
        }
    }

    /** Where the minute is over, begins a new one, and answers what of the old one has no lines yet. */
    synchronized List<Sum> turn(Instant now) {
        return now.isBefore(ends) ? List.of() : turnNow(now);
    }

    /** The same at once. */
    synchronized List<Sum> turnNow(Instant now) {
        List<Sum> sums = counts.entrySet().stream()
                .filter(each -> each.getValue().unwritten > 0)
                .map(each -> new Sum(each.getKey(), each.getValue().unwritten))
                .sorted(Comparator.comparing(Sum::failures).reversed())
                .toList();
        int rest = forgotten.failures()
                + sums.stream().skip(SUMS_LIMIT).mapToInt(Sum::failures).sum();
        List<Sum> told = new ArrayList<>(sums.subList(0, Math.min(SUMS_LIMIT, sums.size())));
        if (rest > 0) {
            told.add(new Sum("", rest));
        }
        counts.clear();
        lines = 0;
        forgotten = new Sum("", 0);
        ends = now.plus(WINDOW);
        return told;
    }

    /** What an address counts as. */
    static String key(@Nullable SocketAddress from) {
        String text = from == null ? null : from.hostAddress();
        if (text == null) {
            return "";
        }
        try {
            int zone = text.indexOf('%');
            InetAddress address = InetAddress.ofLiteral(zone < 0 ? text : text.substring(0, zone));
            if (address instanceof Inet6Address six) {
                byte[] bytes = six.getAddress();
                Arrays.fill(bytes, 8, 16, (byte) 0);
                return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
            }
            return address.getHostAddress();
        } catch (IllegalArgumentException | UnknownHostException notAnAddress) {
            return text;
        }
    }
}
