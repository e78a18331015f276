package io.dataprism.load.peer;

import io.dataprism.load.child.Answers;
import io.dataprism.load.measure.CallTimes;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The process of the peer's client. Arguments as those of {@link GrpcEchoServer}. Questions: {@code way} ({@code usual}, {@code
 * direct}) with {@code times}, {@code flight} and {@code bytes}. The next call begins where the answer to one has come.
 */
public final class GrpcEchoClient {

    private static final long LIMIT_SECONDS = 300;

    private GrpcEchoClient() {}

    public static void main(String[] arguments) throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
        ManagedChannel usual = builder(arguments[0], loops).build();
        ManagedChannel direct = builder(arguments[1], loops).directExecutor().build();
        Answers.serve(
                Map.of(),
                question -> run("direct".equals(question.get("way")) ? direct : usual, question)
                        .toAnswer());
        System.exit(0);
    }

    private static NettyChannelBuilder builder(String socket, EventLoopGroup loops) {
        return NettyChannelBuilder.forAddress(new DomainSocketAddress(socket))
                .channelType(EpollDomainSocketChannel.class)
                .eventLoopGroup(loops)
                .usePlaintext();
    }

    private static CallTimes run(ManagedChannel channel, Map<String, String> question) throws Exception {
        int times = Integer.parseInt(question.getOrDefault("times", "1"));
        int flight = Integer.parseInt(question.getOrDefault("flight", "1"));
        int bytes = Integer.parseInt(question.getOrDefault("bytes", "1024"));
        Round round = new Round(channel, CallTimes.payload(bytes).getBytes(StandardCharsets.UTF_8), times);
        long start = System.nanoTime();
        for (int i = 0; i < Math.min(flight, times); i++) {
            round.next();
        }
        round.over.get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return round.found.took(System.nanoTime() - start);
    }

    /** Some calls, so many at once. Answers come on several threads. */
    private static final class Round {

        private final ManagedChannel channel;
        private final byte[] payload;
        private final CallTimes found;
        private final CompletableFuture<Void> over = new CompletableFuture<>();

        Round(ManagedChannel channel, byte[] payload, int times) {
            this.channel = channel;
            this.payload = payload;
            this.found = new CallTimes(times);
        }

        void next() {
            synchronized (found) {
                if (!found.begin()) {
                    return;
                }
            }
            ClientCalls.asyncUnaryCall(channel.newCall(Echo.METHOD, CallOptions.DEFAULT), payload, new Answer());
        }

        private final class Answer implements StreamObserver<byte[]> {

            private final long start = System.nanoTime();

            @Override
            public void onNext(byte[] answer) {
                if (!Arrays.equals(answer, payload)) {
                    over.completeExceptionally(new IllegalStateException("The answer is not what was sent."));
                }
            }

            @Override
            public void onError(Throwable failure) {
                over.completeExceptionally(failure);
            }

            @Override
            public void onCompleted() {
                boolean last;
                synchronized (found) {
                    last = found.end(System.nanoTime() - start);
                }
                if (last) {
                    over.complete(null);
                } else {
                    next();
                }
            }
        }
    }
}
