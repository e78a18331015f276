package io.dataprism.host;

import io.dataprism.core.confinement.HostStream;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The connections that the host holds for one plugin: 32 at most. The JDK's asynchronous channels, since they can end one
 * direction and keep the other. Any thread; nothing blocks. After {@link #close} nothing can be opened.
 */
final class PluginConnections {

    private static final int LIMIT = 32;
    private static final long CONNECT_SECONDS = 5;

    private final String plugin;
    private final Set<AsynchronousSocketChannel> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    PluginConnections(String plugin) {
        this.plugin = plugin;
    }

    /** Connects to an address that was admitted. */
    CompletionStage<HostStream> open(String address, int port) {
        CompletableFuture<HostStream> connected = new CompletableFuture<>();
        try {
            AsynchronousSocketChannel channel = AsynchronousSocketChannel.open();
            open.add(channel);
            if (closed || open.size() > LIMIT) {
                release(channel);
                throw tooMany();
            }
            channel.connect(new InetSocketAddress(address, port), channel, new CompletionHandler<>() {
                @Override
                public void completed(Void nothing, AsynchronousSocketChannel made) {
                    if (!connected.complete(new ChannelStream(made, () -> release(made)))) {
                        release(made);
                    }
                }

                @Override
                public void failed(Throwable failure, AsynchronousSocketChannel made) {
                    connected.completeExceptionally(broken(String.valueOf(failure.getMessage()), failure));
                }
            });
            return connected
                    .orTimeout(CONNECT_SECONDS, TimeUnit.SECONDS)
                    .whenComplete((stream, failure) -> {
                        if (failure != null) {
                            release(channel);
                        }
                    })
                    .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                            failure instanceof TimeoutException
                                    ? broken("nobody answered in time", failure)
                                    : failure));
        } catch (IOException failure) {
            throw broken(String.valueOf(failure.getMessage()), failure);
        }
    }

    /** Closes all. */
    void close() {
        closed = true;
        Set.copyOf(open).forEach(this::release);
    }

    private void release(AsynchronousSocketChannel channel) {
        open.remove(channel);
        ChannelStream.closeQuietly(channel);
    }

    private DataPrismException tooMany() {
        return new DataPrismException(
                ErrorCode.QUOTA_EXCEEDED,
                "Plugin " + plugin + " holds " + LIMIT + " connections, as many as it may.",
                "Close those that are not needed, or share them.");
    }

    private DataPrismException broken(String why, Throwable cause) {
        return new DataPrismException(
                ErrorCode.NETWORK_FAILED,
                "Plugin " + plugin + " cannot be connected: " + why + ".",
                "Try again later; check host and port.",
                cause);
    }
}
