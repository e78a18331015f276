package io.dataprism.host;

import io.dataprism.core.confinement.HostDoor;
import io.dataprism.core.confinement.PluginProcess;
import io.dataprism.core.confinement.PluginProcesses;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.quota.ResourcePolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Processes that are none: the outer edge of this room, with the same promises as the real ones. */
final class MemoryProcesses implements PluginProcesses {

    /** What a plugin answers, unless a test says otherwise. */
    volatile BiFunction<PluginProcess.Call, HostDoor, Mono<PluginProcess.Answer>> behaviour =
            (call, door) -> Mono.just(new PluginProcess.Answer.Value(call.params()));

    volatile boolean constructorThrows;
    volatile PluginProcess.Pulse pulse = new PluginProcess.Pulse(true, "", null);

    /** What a start waits for. */
    volatile Mono<Void> starting = Mono.empty();

    final List<Child> children = new CopyOnWriteArrayList<>();

    @Override
    public String mechanism() {
        return "memory";
    }

    @Override
    public List<String> missing() {
        return List.of();
    }

    @Override
    public ResourcePolicy policy() {
        return ResourcePolicy.defaults();
    }

    @Override
    public Mono<PluginProcess> start(Launch launch, HostDoor door) {
        return starting.then(Mono.<PluginProcess>fromCallable(() -> {
                    if (constructorThrows) {
                        throw new DataPrismException(
                                ErrorCode.PLUGIN_FAILED,
                                "The constructor of " + launch.entryPoint() + " failed.",
                                "Fix it.");
                    }
                    Child child = new Child(launch, door);
                    children.add(child);
                    return child;
                })
                .subscribeOn(Schedulers.boundedElastic()));
    }

    Child last() {
        return children.getLast();
    }

    long running() {
        return children.stream().filter(child -> !child.exited.isDone()).count();
    }

    @Override
    public String level() {
        return "full";
    }

    @Override
    public void close() {
        children.forEach(Child::close);
    }

    final class Child implements PluginProcess {

        final Launch launch;
        final HostDoor door;
        final List<String> steps = new CopyOnWriteArrayList<>();
        final CompletableFuture<String> exited = new CompletableFuture<>();

        Child(Launch launch, HostDoor door) {
            this.launch = launch;
            this.door = door;
        }

        void crash(String reason) {
            exited.complete(reason);
        }

        @Override
        public long pid() {
            return 1;
        }

        @Override
        public String level() {
            return "full";
        }

        @Override
        public Mono<Void> initialize() {
            return step("initialize");
        }

        @Override
        public Mono<Void> configure(Map<String, Object> settings) {
            return step("configure " + settings);
        }

        @Override
        public Mono<Void> activate() {
            return step("activate");
        }

        @Override
        public Mono<Void> deactivate() {
            return step("deactivate");
        }

        @Override
        public Mono<Void> cleanup() {
            return step("cleanup");
        }

        @Override
        public Mono<Void> ping() {
            return Mono.empty();
        }

        @Override
        public Mono<Pulse> health() {
            return Mono.just(pulse);
        }

        @Override
        public Mono<Map<String, Object>> describe() {
            return Mono.just(Map.of("capabilities", List.of(Map.of("name", "anything", "description", "Does it."))));
        }

        @Override
        public Mono<Answer> execute(Call call) {
            return Mono.defer(() -> behaviour.apply(call, door)).subscribeOn(Schedulers.boundedElastic());
        }

        @Override
        public Usage usage() {
            return new Usage(1, 2, 3, 4, 5, 6);
        }

        @Override
        public CompletionStage<String> exited() {
            return exited;
        }

        @Override
        public void close() {
            exited.complete("closed");
        }

        private Mono<Void> step(String name) {
            return Mono.<Void>fromRunnable(() -> steps.add(name)).subscribeOn(Schedulers.boundedElastic());
        }
    }
}
