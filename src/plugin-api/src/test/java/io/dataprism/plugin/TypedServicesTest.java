package io.dataprism.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the typed services send to the host's bus, and what they make of its replies. */
class TypedServicesTest {

    private final Host host = new Host();

    @Test
    void storageSendsKeysAndReadsValuesAndPages() {
        host.reply = Map.of("found", true, "value", List.of(1));
        assertThat(host.storage().get("k").block()).isEqualTo(List.of(1));
        host.reply = Map.of("found", false);
        assertThat(host.storage().get("k").blockOptional()).isEmpty();
        host.storage().set("k", null).block();
        assertThat(host.sent().get(2))
                .startsWith("dataprism.service.storage.set")
                .contains("value=null");
        host.reply = Map.of("deleted", true);
        assertThat(host.storage().delete("k").block()).isTrue();
        host.reply = Map.of("keys", List.of("a", "b"), "next", "b");
        assertThat(host.storage().list("", null, 2).block()).isEqualTo(new StorageService.Page(List.of("a", "b"), "b"));
        host.reply = Map.of();
        assertThat(host.storage().list("", "b", 2).block()).isEqualTo(new StorageService.Page(List.of(), null));
    }

    @Test
    void aReplyThatIsNoObjectIsAnInternalError() {
        host.reply = "text";
        assertThatThrownBy(() -> host.storage().get("k").block()).isInstanceOf(PluginException.class);
    }

    @Test
    void settingsAreReadAndReplaced() {
        host.reply = Map.of("limit", 3);
        assertThat(host.config().get().block()).isEqualTo(Map.of("limit", 3));
        host.config().set(Map.of("limit", 4)).block();
        assertThat(host.sent().getLast()).isEqualTo("dataprism.service.config.set {settings={limit=4}}");
    }

    @Test
    void aRenderingTravelsInBase64() {
        host.ui().render("map", "image/png", new byte[] {1}).block();
        assertThat(host.sent().getLast())
                .startsWith("dataprism.service.ui.render")
                .contains("data=AQ==");
    }

    @Test
    void fetchSendsARequestAndReadsItsAnswer() {
        host.reply = Map.of(
                "status", 201, "url", "http://h/x", "headers", Map.of("a", List.of("1", "2")), "body", base64("yes"));
        NetworkService network = host.network();
        NetworkService.Response response = network.fetch(
                        NetworkService.Request.post("http://h/", "text/plain", "no".getBytes(StandardCharsets.UTF_8)))
                .block();
        assertThat(response.status()).isEqualTo(201);
        assertThat(response.url()).isEqualTo("http://h/x");
        assertThat(response.headers()).isEqualTo(Map.of("a", List.of("1", "2")));
        assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo("yes");
        assertThat(host.sent().getLast()).contains("method=POST", "body=" + base64("no"));
        network.fetch(NetworkService.Request.get("http://h/")).block();
        assertThat(host.sent().getLast()).contains("method=GET").doesNotContain("body=");
        assertThat(network.socketFactory()).isSameAs(SocketFactory.getDefault());
    }

    @Test
    void whatIsMeasuredIsSentTogether() throws InterruptedException {
        MetricsService metrics = host.metrics();
        MetricsService.Counter counter = metrics.counter("rows", Map.of("table", "t"));
        counter.increment();
        counter.increment(2);
        metrics.gauge("queue", Map.of()).set(7);
        metrics.timer("step", Map.of()).record(Duration.ofMillis(1500));
        metrics.timer("step", Map.of()).record(Duration.ofMillis(500));
        String sent = host.calls.poll(10, TimeUnit.SECONDS);
        assertThat(sent)
                .startsWith("dataprism.service.metrics.record")
                .contains("name=rows", "value=3.0", "value=7.0", "values=[1.5, 0.5]");
        assertThatThrownBy(() -> counter.increment(-1)).isInstanceOf(PluginException.class);
        assertThatThrownBy(() -> metrics.counter("Not Legal", Map.of())).isInstanceOf(PluginException.class);
    }

    @Test
    void theNodesOwnFiguresAreAskedFor() {
        host.reply = Map.of("x", 1);
        assertThat(host.metrics().metrics().block()).isEqualTo(Map.of("x", 1));
        assertThat(host.metrics().status().block()).isEqualTo(Map.of("x", 1));
        assertThat(host.metrics().memoryUsage().block()).isEqualTo(Map.of("x", 1));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A host that notes what is sent and answers what a test puts in. */
    private static final class Host implements Services {

        private final BlockingQueue<String> calls = new LinkedBlockingQueue<>();
        private Object reply = new HashMap<>();

        List<String> sent() {
            return new ArrayList<>(calls);
        }

        @Override
        public DataService data() {
            throw new UnsupportedOperationException("no data here");
        }

        @Override
        public Mono<Object> callPlugin(String plugin, String operation, Map<String, Object> params) {
            return Mono.empty();
        }

        @Override
        public Mono<Object> call(String address, Map<String, Object> body) {
            calls.add(address + " " + body);
            return Mono.just(reply);
        }
    }
}
