package io.dataprism.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions that follow each other in real processes, while clients call over HTTP. */
class HotReloadIT {

    private static final int CALLERS = 16;

    @TempDir
    static Path folder;

    private static Service service;
    private static int version = 0;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    @BeforeAll
    static void start() throws Exception {
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
        service.activate(TestPlugins.ECHO);
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
    }

    @Test
    void noCallOverHttpFailsWhileVersionsFollowEachOtherAndAKilledNodeComesBackWithTheLast() throws Exception {
        reloadUnderLoad(2);
        reload("com.acme.Gone").problem(400, "PACKAGE_INVALID");
        List<ProcessHandle> children = service.children();
        assertThat(children).isNotEmpty();

        service.kill();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(children).allMatch(Service::hasEnded));
        service = Service.start(folder.resolve("data"), "--no-sample", "--no-plugins");
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            JsonObject plugin = service.get("/v1/plugins/echo").json();
            assertThat(plugin.getString("state")).isEqualTo("active");
            assertThat(plugin.getString("version")).isEqualTo("1." + version + ".0");
        });
        service.call(TestPlugins.ECHO, "echo", new JsonObject().put("n", 1)).expect(200);
    }

    @Test
    @Tag("longer")
    void noneOfVeryManyCallsFailsOverManyReloads() throws Exception {
        reloadUnderLoad(20);
    }

    /** The rate that was reached is printed: on a machine that does not reach it, fewer are made, and none may fail either. */
    @Test
    @Tag("longer")
    void underAThousandCallsASecondNoneFailsAndNoneIsLost() throws Exception {
        int calls = 10_000;
        Semaphore due = new Semaphore(0);
        AtomicInteger made = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        long begin = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();
                ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor()) {
            pace.scheduleAtFixedRate(() -> due.release(10), 0, 10, TimeUnit.MILLISECONDS);
            for (int caller = 0; caller < CALLERS; caller++) {
                callers.execute(() -> callAtPace(due, calls, made, answered, wrong));
            }
            while (made.get() < calls) {
                version++;
                reload("com.acme.Echo").expect(200);
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        System.out.printf("%d calls, %.0f a second, %d versions%n", made.get(), made.get() / seconds, version);
        assertThat(wrong).isEmpty();
        assertThat(answered.get()).isEqualTo(made.get());
    }

    private void callAtPace(Semaphore due, int calls, AtomicInteger made, AtomicInteger answered, Queue<String> wrong) {
        HttpRequest request = echoRequest();
        try {
            while (made.incrementAndGet() <= calls) {
                due.acquire();
                HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
                if (response.statusCode() == 200 && response.body().equals("{\"result\":{\"n\":1}}")) {
                    answered.incrementAndGet();
                } else {
                    wrong.add(response.statusCode() + " " + response.body());
                }
            }
            made.decrementAndGet();
        } catch (IOException | InterruptedException failure) {
            wrong.add(failure.toString());
        }
    }

    private static HttpRequest echoRequest() {
        return service.request("/v1/plugins/echo/operations/echo")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{\"params\":{\"n\":1}}"))
                .build();
    }

    private void reloadUnderLoad(int reloads) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        Queue<String> wrong = new ConcurrentLinkedQueue<>();
        CountDownLatch left = new CountDownLatch(CALLERS);
        for (int caller = 0; caller < CALLERS; caller++) {
            callAgain(over, answered, wrong, left);
        }
        for (int count = 0; count < reloads; count++) {
            int before = answered.get();
            String from = "1." + version + ".0";
            version++;
            JsonObject switched = reload("com.acme.Echo").expect(200).json();
            assertThat(switched.getString("from")).isEqualTo(from);
            assertThat(switched.getString("to")).isEqualTo("1." + version + ".0");
            await().atMost(Duration.ofSeconds(20)).until(() -> answered.get() > before + 200);
        }
        over.set(true);
        assertThat(left.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(wrong).isEmpty();
        // One process is left when the old ones have finished.
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(service.children().stream()
                                .filter(child -> !Service.hasEnded(child))
                                .count())
                        .isEqualTo(1));
    }

    private Answer reload(String entryPoint) throws Exception {
        var entries = TestPlugins.ECHO.entries();
        JsonObject manifest = TestPlugins.ECHO
                .manifest()
                .put("version", "1." + version + ".0")
                .put("entryPoint", entryPoint);
        entries.put("META-INF/dataprism/plugin.json", manifest.toBuffer().getBytes());
        return service.send(service.request("/v1/plugins/echo/package")
                .header("Content-Type", "application/java-archive")
                .PUT(BodyPublishers.ofByteArray(TestPlugins.zip(entries))));
    }

    private void callAgain(AtomicBoolean over, AtomicInteger answered, Queue<String> wrong, CountDownLatch left) {
        if (over.get()) {
            left.countDown();
            return;
        }
        client.sendAsync(echoRequest(), BodyHandlers.ofString()).whenComplete((response, failure) -> {
            if (failure != null) {
                wrong.add(failure.toString());
            } else if (response.statusCode() != 200 || !response.body().equals("{\"result\":{\"n\":1}}")) {
                wrong.add(response.statusCode() + " " + response.body());
            } else {
                answered.incrementAndGet();
            }
            callAgain(over, answered, wrong, left);
        });
    }
}
