package io.dataprism.load.peer;

import io.dataprism.load.child.Answers;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.util.Map;

/**
 * The process of the peer's server: gRPC on two Unix sockets. Arguments: the one that is served as gRPC does by itself, on threads of
 * an executor, and the one that is served on the thread that reads.
 */
public final class GrpcEchoServer {

    private GrpcEchoServer() {}

    public static void main(String[] arguments) throws Exception {
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(EpollIoHandler.newFactory());
        builder(arguments[0], loops).build().start();
        Server direct = builder(arguments[1], loops).directExecutor().build().start();
        Answers.serve(Map.of("ready", direct.getListenSockets().size()), question -> Map.of());
        System.exit(0);
    }

    private static NettyServerBuilder builder(String socket, EventLoopGroup loops) {
        return NettyServerBuilder.forAddress(new DomainSocketAddress(socket))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .addService(ServerServiceDefinition.builder(Echo.SERVICE)
                        .addMethod(Echo.METHOD, ServerCalls.asyncUnaryCall((request, answer) -> {
                            answer.onNext(request);
                            answer.onCompleted();
                        }))
                        .build());
    }
}
