package io.dataprism.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dataprism.core.event.EventLog;
import io.dataprism.core.permission.Principal.Role;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose a connection is, and what the frames of an analyst may hold. */
@Timeout(60)
class SocketUsersTest {

    private LiveServer server;

    @BeforeEach
    void start() throws Exception {
        server = new LiveServer(new EventLog.Limits(50, 64 << 20, Duration.ofHours(1)));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        assertThat(server.feed.subscriptionCount()).isZero();
        assertThat(server.connections.count()).isZero();
    }

    @Test
    void aTokenIsRenewedWithoutTheLossOfASubscriptionAndAnotherUserIsRefused() throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.SUBSCRIBER);
        client.send("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"]}").next("subscribed");

        Instant end = Instant.now().plusSeconds(3_600);
        server.tokens.put("fresh", LiveServer.identity("sue", Set.of(Role.SUBSCRIBER), null, end));
        client.send("{\"op\":\"auth\",\"token\":\"fresh\"}");
        assertThat(client.next("authenticated").getString("exp")).isEqualTo(end.toString());

        client.send("{\"op\":\"auth\",\"token\":\"" + LiveServer.ANALYST + "\"}");
        assertThat(client.next("error").getJsonObject("problem").getString("detail"))
                .contains("another user's");
        String cursor = server.append("a", 1);
        assertThat(client.next("event").getString("cursor")).isEqualTo(cursor);
    }

    @Test
    void anOpenSocketHoldsNothingOfItsHandshake() throws Exception {
        try (RawSocket socket = new RawSocket(server, LiveServer.SUBSCRIBER)) {
            socket.write(RawSocket.text("{\"op\":\"subscribe\",\"id\":\"s\",\"topics\":[\"a\"]}"));
            assertThat(socket.read().text()).contains("subscribed");
            assertThat(server.connectionsOfRequests).hasSize(1);
            await().until(() -> {
                System.gc();
                return server.connectionsOfRequests.element().get() == null;
            });
            String cursor = server.append("a", 1);
            assertThat(socket.read().text()).contains(cursor);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"parameters\":{}}",
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"parameters\":[[1]]}",
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"parameters\":[1,170141183460469231731687303715884105728]}",
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"parameters\":[{\"a\":1}]}",
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"timeoutMs\":0}",
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"batchRows\":1e9}",
                "{\"op\":\"query\",\"id\":\"q\",\"format\":\"json\"}",
            })
    void aQueryThatIsNoneIsRefusedAndItsIdStaysFree(String frame) throws Exception {
        SocketClient client = new SocketClient(server, LiveServer.ANALYST);

        client.send(frame);

        assertThat(client.nextProblem()).isEqualTo("REQUEST_INVALID");
        client.send(
                "{\"op\":\"query\",\"id\":\"q\",\"sql\":\"1\",\"format\":\"json\",\"parameters\":[1,\"a\",null,true]}");
        client.next("schema");
        client.next("batch");
        client.next("complete");
    }
}
