package io.dataprism.core.flight;

import io.dataprism.sandbox.frame.ProtocolException;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Puts {@link FrameCheck} in front of every stream of batches that comes in. */
final class CheckedStreams implements ClientInterceptor {

    private static final String STREAM = "DoGet";

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        if (!STREAM.equals(method.getBareMethodName())) {
            return next.newCall(method, options);
        }
        return next.newCall(
                method.toBuilder(method.getRequestMarshaller(), new Checked<>(method.getResponseMarshaller()))
                        .build(),
                options);
    }

    /** Of one call, whose messages are parsed one after the other. */
    private static final class Checked<A> implements MethodDescriptor.Marshaller<A> {

        private final MethodDescriptor.Marshaller<A> marshaller;
        private @Nullable List<Field> columns;

        Checked(MethodDescriptor.Marshaller<A> marshaller) {
            this.marshaller = marshaller;
        }

        @Override
        public InputStream stream(A message) {
            return marshaller.stream(message);
        }

        @Override
        public A parse(InputStream message) {
            try {
                columns = FrameCheck.check(message, columns);
            } catch (ProtocolException refused) {
                throw refused;
            } catch (IOException | RuntimeException broken) {
                throw new ProtocolException("A message cannot be read.", broken);
            }
            return marshaller.parse(message);
        }
    }
}
