package io.dataprism.node.configuration;

import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ResourcePolicy;
import io.dataprism.plugin.ResourceQuota;
import java.time.Duration;
import java.util.List;

/** The keys of {@code plugins} that say what plugins may use. */
final class ResourceKeys {

    private static final long MEBIBYTE = 1L << 20;
    private static final long MOST_BYTES = 1L << 50;
    private static final int MOST = 1_000_000;
    private static final double LEAST_CPUS = 0.01;
    private static final double MOST_CPUS = 1_024;

    private ResourceKeys() {}

    static ResourcePolicy policy(Section plugins) {
        ResourcePolicy absent = ResourcePolicy.defaults();
        Section rate = plugins.section("rate");
        Section group = plugins.section("group");
        ResourcePolicy found = new ResourcePolicy(
                most(plugins.section("most"), absent.most()),
                plugins.count("openFiles", absent.openFiles(), 64, MOST),
                rate.count("requests", absent.requests(), 1, MOST),
                rate.bytes("bytes", absent.requestBytes(), MEBIBYTE, MOST_BYTES),
                new ResourcePolicy.Group(
                        group.bytes("memory", absent.group().memoryBytes(), 64 * MEBIBYTE, MOST_BYTES),
                        group.decimal("cpu", absent.group().cpus(), LEAST_CPUS, MOST_CPUS)),
                IsolationLevel.of(plugins.choice(
                                "minimumLevel",
                                absent.minimum().text(),
                                List.of(IsolationLevel.NO_CGROUP.text(), IsolationLevel.FULL.text())))
                        .orElse(absent.minimum()));
        rate.end();
        group.end();
        return found;
    }

    private static ResourceQuota most(Section section, ResourceQuota absent) {
        ResourceQuota found = new ResourceQuota(
                section.bytes("memory", absent.memoryBytes(), 16 * MEBIBYTE, MOST_BYTES),
                section.decimal("cpu", absent.cpus(), LEAST_CPUS, MOST_CPUS),
                section.count("threads", absent.threads(), 1, MOST),
                section.duration(
                        "operationTimeout", absent.operationTimeout(), Duration.ofMillis(100), Duration.ofHours(24)),
                section.bytes("storage", absent.storageBytes(), 0, MOST_BYTES));
        section.end();
        return found;
    }
}
