package io.dataprism.sandbox.child;

import io.dataprism.sandbox.frame.Link;
import io.dataprism.sandbox.kernel.Canary;
import io.dataprism.sandbox.kernel.KernelSupport;
import io.dataprism.sandbox.kernel.Pipes;
import io.dataprism.sandbox.kernel.Privileges;
import io.dataprism.sandbox.kernel.SharedFile;
import io.dataprism.sandbox.kernel.SystemCallFilters;
import io.dataprism.sandbox.stream.BatchArea;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;

/** The first code of a child. Nothing may come before the second filter: no logger, no service lookup. */
public final class ChildMain {

    /** What the last argument says of a child whose plugin is not known yet. */
    public static final String WAITS = "waits";

    /** What it says of one that runs with all the rights of its user, because the operator allows that where nothing else is to be had. */
    public static final String UNCONFINED = "unconfined";

    private static final long LAST_WORDS_MILLIS = 2000;

    private ChildMain() {}

    /** @param arguments the host's process id, a path to try to write at, the most bytes of batches, a file of memory to share or -,
     *     {@link #WAITS}, {@link #UNCONFINED} or - */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        ModuleRights.take();
        BatchArea area = new BatchArea(Link.Side.CHILD);
        boolean confined = !arguments[4].equals(UNCONFINED);
        Pipes pipes = confined ? Pipes.takeStandardStreams() : Pipes.takeStandardStreamsOfJava();
        if (KernelSupport.isKnownMachine()) {
            Privileges.dieWithParent(Long.parseLong(arguments[0]));
            Privileges.leaveGroupOfParent();
        }
        List<String> open = confined ? confined(arguments, area) : List.of(UNCONFINED);
        NoSocket.everywhere();

        ChildSession session = new ChildSession(
                pipes.fromHost(), pipes.toHost(), new RootAllocator(Long.parseLong(arguments[2])), area);
        session.reportUnhandled();
        if (arguments[4].equals(WAITS)) {
            Thread.ofPlatform().daemon().name("dataprism-rehearsal").start(Rehearsal::whileWaiting);
        }
        session.run(open);
        end();
    }

    /** Gives up what is left; answers what the canary found open. */
    private static List<String> confined(String[] arguments, BatchArea area) {
        SharedFile.map(arguments[3], BatchArea.SIZE_BYTES).ifPresent(area::map);
        SystemCallFilters.restrictAllThreads();
        return Canary.notRefused(arguments[1]);
    }

    /** Lets the plugin's shutdown hooks run, but not for long. */
    private static void end() throws InterruptedException {
        Thread hooks = Thread.ofPlatform()
                .daemon()
                .name("dataprism-end")
                .start(() -> Runtime.getRuntime().exit(0));
        hooks.join(LAST_WORDS_MILLIS);
        Runtime.getRuntime().halt(0);
    }
}
