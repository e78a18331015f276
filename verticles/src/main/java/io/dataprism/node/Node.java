package io.dataprism.node;

import io.dataprism.gateway.connection.TlsException;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node, running. {@link #start} and {@link #stop} block and belong to the thread of the command line; they are called once
 * each. What was started is stopped in the reverse order, past failures, each step within its own bound.
 */
public final class Node {

    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final NodeConfiguration configuration;
    private final Deque<Step> stopping = new ArrayDeque<>();
    private int port;
    private volatile long stopByNanos;

    /** One thing that was started, and how it is stopped. */
    private record Step(String name, Action stop) {}

    /** What may fail. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    private Node(NodeConfiguration configuration) {
        this.configuration = configuration;
    }

    /**
     * Starts a node, and is back when it serves.
     *
     * @throws NodeStartException where it cannot; whatever was started by then is stopped
     */
    public static Node start(NodeConfiguration configuration) throws NodeStartException {
        return start(configuration, new CompletableFuture<>());
    }

    /**
     * The same, for as long as nobody tells it to end.
     *
     * @param end completed on any thread: the start is given up, soon, and what was started by then is stopped
     * @throws StartEndedException where it was told to end in time
     */
    public static Node start(NodeConfiguration configuration, CompletableFuture<?> end) throws NodeStartException {
        if (end.isDone()) {
            throw new StartEndedException();
        }
        Node node = new Node(configuration);
        try {
            DataDirectory data = DataDirectory.open(configuration.dataDirectory());
            node.onStop("data folder", data::close);
            node.port =
                    new NodeAssembly(configuration, data, node::onStop, node::timeLeft, new StartSteps(end)).assemble();
            return node;
        } catch (NodeStartException e) {
            node.stop(Duration.ofSeconds(5));
            throw e;
        } catch (Exception e) {
            node.stop(Duration.ofSeconds(5));
            throw explain(configuration, e);
        }
    }

    private Duration timeLeft() {
        return Duration.ofNanos(Math.max(0, stopByNanos - System.nanoTime()));
    }

    private void onStop(String name, Action stop) {
        stopping.push(new Step(name, stop));
    }

    private static NodeStartException explain(NodeConfiguration configuration, Exception failure) {
        String place = configuration.host() + ":" + configuration.port();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof TlsException) {
                return new NodeStartException(
                        cause.getMessage() + ": name a certificate and its key in PEM in the configuration.", failure);
            }
            if (cause instanceof BindException
                    && String.valueOf(cause.getMessage()).contains("in use")) {
                return new NodeStartException(
                        "port " + configuration.port() + " on " + configuration.host()
                                + " is in use: stop what listens there, or choose another with --port (0 picks a free one).",
                        failure);
            }
            if (cause instanceof BindException
                    || cause instanceof UnknownHostException
                    || cause instanceof UnresolvedAddressException) {
                return new NodeStartException(
                        "cannot listen on " + place + " (" + cause.getMessage()
                                + "): give an address of this machine with --host and a port that you may use with --port.",
                        failure);
            }
        }
        LOG.error("The node could not start", failure);
        return new NodeStartException(
                "the node could not start: " + failure.getMessage() + " (the log above says more).", failure);
    }

    /** How it is spoken to: {@code https} with TLS, else {@code http}. */
    public String scheme() {
        return configuration.tls() == null ? "http" : "https";
    }

    /** The address that it listens on. */
    public String host() {
        return configuration.host();
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /**
     * Drains and stops: no new requests, what runs may finish, then everything ends.
     *
     * @param limit for all of it; what takes longer is left behind with a line in the log
     */
    public void stop(Duration limit) {
        stopByNanos = System.nanoTime() + limit.toNanos();
        Thread stopper = Thread.ofPlatform().name("node-stop").unstarted(this::stopAll);
        stopper.setDaemon(true);
        stopper.start();
        try {
            if (!stopper.join(limit)) {
                LOG.warn(
                        "The node did not stop within {} s; what is left is ended with the process", limit.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void stopAll() {
        while (!stopping.isEmpty()) {
            Step step = stopping.pop();
            long began = System.nanoTime();
            try {
                step.stop().run();
            } catch (IOException e) {
                LOG.warn("Stopping {} failed: {}", step.name(), e.getMessage());
            } catch (Exception e) {
                LOG.warn("Stopping {} failed", step.name(), e);
            }
            LOG.debug("Stopped {} in {} ms", step.name(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        }
    }
}
