package io.dataprism.core.flight;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Makes channels. They connect when they are first used, on gRPC's own daemon threads. */
final class Channels {

    /** The largest message that is taken: a batch and its header. */
    private static final int MESSAGE_BYTES_LIMIT = 64 << 20;

    /** Of each stream: what a server may send to a reader that has stopped, besides the messages that were asked for. */
    private static final int WINDOW_BYTES = 4 << 20;

    private static final int METADATA_BYTES_LIMIT = 16 * 1024;
    private static final int KEEP_ALIVE_SECONDS = 30;

    private Channels() {}

    static boolean isEncrypted(URI place) {
        return "grpc+tls".equals(place.getScheme());
    }

    /** Any of {@code grpc://}, {@code grpc+tcp://}, {@code grpc+tls://}, with host and port. */
    static ManagedChannel open(URI place, @Nullable Path caFile) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(place.getHost(), place.getPort())
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(MESSAGE_BYTES_LIMIT)
                .maxInboundMetadataSize(METADATA_BYTES_LIMIT)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .intercept(new CheckedStreams());
        if (!isEncrypted(place)) {
            return builder.usePlaintext().build();
        }
        if (caFile == null) {
            return builder.useTransportSecurity().build();
        }
        try {
            return builder.sslContext(GrpcSslContexts.forClient()
                            .trustManager(caFile.toFile())
                            .build())
                    .build();
        } catch (SSLException | IllegalArgumentException unfit) {
            throw new DataPrismException(
                    ErrorCode.INTERNAL,
                    "The certificates of " + caFile.getFileName() + " cannot be used (" + unfit.getMessage() + ").",
                    "The operator puts certificates in PEM into the file that flightSql.caFile names.",
                    unfit);
        }
    }
}
