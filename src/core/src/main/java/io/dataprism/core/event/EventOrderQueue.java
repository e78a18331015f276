package io.dataprism.core.event;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What waits for the disk, bounded by count and bytes; full: {@link #offer} answers no. Any thread offers and never waits; one
 * takes.
 */
final class EventOrderQueue {

    static final int ORDERS_LIMIT = 16_384;
    static final long BYTES_LIMIT = 64L << 20;

    private static final int GROUP_ORDERS = 2_048;
    private static final long GROUP_BYTES = 4L << 20;

    private final Deque<EventOrder> orders = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    synchronized boolean offer(EventOrder order) {
        if (closed || orders.size() >= ORDERS_LIMIT || bytes + order.weightBytes() > BYTES_LIMIT) {
            return false;
        }
        orders.addLast(order);
        bytes += order.weightBytes();
        notifyAll();
        return true;
    }

    /** Waits for orders and takes as many as are written at once; none: it was closed and all are taken. */
    synchronized List<EventOrder> take() throws InterruptedException {
        while (orders.isEmpty() && !closed) {
            wait();
        }
        List<EventOrder> group = new ArrayList<>();
        long groupBytes = 0;
        while (!orders.isEmpty() && group.size() < GROUP_ORDERS && groupBytes < GROUP_BYTES) {
            EventOrder order = orders.removeFirst();
            group.add(order);
            groupBytes += order.weightBytes();
        }
        bytes -= groupBytes;
        return group;
    }

    /** Takes no more; what waits is still taken. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized int size() {
        return orders.size();
    }
}
