package io.dataprism.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.cluster.BlobFetcher;
import io.dataprism.core.cluster.BlobReplicator;
import io.dataprism.core.cluster.SharedMap;
import io.dataprism.core.cluster.Sharing;
import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.fixtures.cluster.SharedMapsInMemory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedCatalogTest {

    private final SharedMapsInMemory cluster = new SharedMapsInMemory();
    private final CatalogTest jars = new CatalogTest();
    private final List<String> replicated = new ArrayList<>();
    private boolean nobodyTakes;

    @TempDir
    Path folder;

    @Test
    void whatOneNodeChangesAllHaveAndAreToldOf() throws IOException {
        Catalog one = open("one");
        Catalog other = open("other");
        List<String> told = new ArrayList<>();
        other.onChange(told::add);

        one.register(jar("aa", "1.0.0", ""), false);
        one.change("aa", entry -> entry.withConfiguration(Map.of("password", "hunter2")));
        one.wish("aa", Wish.ACTIVE);

        assertThat(other.get("aa")).isEqualTo(one.get("aa"));
        assertThat(told).containsOnly("aa").hasSize(3);
        assertThat(other.packages().has(one.get("aa").current().digest()))
                .as("fetched when it is needed")
                .isFalse();
        assertThat(other.packages().fetched(one.get("aa").current().digest())).hasContent("fetched");
        assertThat(Files.readString(folder.resolve("other/catalog/default/aa.json")))
                .doesNotContain("hunter2");
        assertThat(open("other").get("aa")).as("over a restart").isEqualTo(one.get("aa"));

        other.wish("aa", Wish.INACTIVE);
        assertThat(one.get("aa").wish()).isEqualTo(Wish.INACTIVE);
        other.unregister("aa");
        assertThat(one.find("aa")).isEmpty();
        assertThat(folder.resolve("one/catalog/default/aa.json")).doesNotExist();
        assertThat(open("one").find("aa")).isEmpty();
    }

    @Test
    void ofTwoOperatorsAtOnceOneWinsAndWhatIsRightAnywayIsDone() throws IOException {
        Catalog one = open("one");
        Catalog other = open("other");
        one.register(jar("aa", "1.0.0", ""), false);
        CatalogEntry seen = other.get("aa");

        CatalogEntry overtaken = one.change("aa", entry -> entry.withConfiguration(Map.of("by", "one")));
        assertThat(code(() -> other.change(seen, entry -> entry.withConfiguration(Map.of("by", "other")))))
                .isEqualTo(ErrorCode.STATE_CONFLICT);
        // another node is faster in the midst of a change
        assertThat(code(() -> other.change("aa", entry -> {
                    one.wish("aa", Wish.LOADED);
                    return entry.withConfiguration(Map.of("by", "other"));
                })))
                .isEqualTo(ErrorCode.STATE_CONFLICT);
        boolean[] faster = {false};
        CatalogEntry done = other.changeAnyway("aa", entry -> {
            if (!faster[0]) {
                faster[0] = true;
                one.change("aa", mine -> mine.withConfiguration(Map.of("by", "one, again")));
            }
            return entry.withTarget("1.0.0");
        });
        assertThat(done.configuration()).isEqualTo(Map.of("by", "one, again"));
        assertThat(done.rollout().target()).isEqualTo("1.0.0");
        assertThat(one.get("aa")).isEqualTo(done);
        assertThat(overtaken.generation()).isLessThan(done.generation());
    }

    @Test
    void aPackageIsOnASecondNodeBeforeItsRegistrationIsAnsweredUnlessItCameWithTheNodes() throws IOException {
        Catalog one = open("one");
        Path sent = jar("aa", "1.0.0", "");
        nobodyTakes = true;
        assertThat(code(() -> one.register(sent, false))).isEqualTo(ErrorCode.NODE_LOST);
        assertThat(one.find("aa")).isEmpty();
        assertThat(cluster.map("catalog").find("default/aa")).isEmpty();

        nobodyTakes = false;
        Catalog.Registration registration = one.register(sent, false);
        assertThat(replicated).containsExactly("one " + registration.added().digest());
        assertThat(one.register(sent, false).created()).isFalse();
        one.register(jar("bb", "1.0.0", ""), true);
        assertThat(replicated).as("neither again nor what is bundled").hasSize(1);
    }

    @Test
    void whatIsMadeUpFromAnEntryIsMadeUpFromTheNewest() throws IOException {
        Catalog one = open("one");
        Catalog other = open("other");
        one.register(jar("aa", "1.0.0", ""), false);
        cluster.quiet(true);
        one.change("aa", entry -> entry.withConfiguration(Map.of("by", "one")));
        assertThat(other.get("aa").configuration()).as("it has not heard of it").isEmpty();

        CatalogEntry seen = other.upToDate("aa");

        assertThat(other.change(seen, entry -> entry.withConfiguration(Map.of("by", "other")))
                        .generation())
                .isEqualTo(seen.generation() + 1);
        assertThat(code(() -> other.upToDate("bb"))).isEqualTo(ErrorCode.PLUGIN_NOT_FOUND);
    }

    @Test
    void aNodeThatWasAloneOffersWhatTheClusterNeverKnewAndElseTakesWhatItHas() throws IOException {
        Catalog alone = Catalog.open(folder.resolve("alone"), "0.1.0");
        for (String name : List.of("mine", "both", "gone")) {
            alone.register(jar(name, "1.0.0", ""), false);
        }
        alone.change("both", entry -> entry.withConfiguration(Map.of("by", "alone")));
        Catalog one = open("one");
        one.register(jar("both", "1.0.0", ""), false);
        one.change("both", entry -> entry.withConfiguration(Map.of("by", "cluster")));
        one.register(jar("gone", "1.0.0", ""), false);
        one.unregister("gone");

        Catalog joined = open("alone");

        assertThat(joined.find("gone")).isEmpty();
        assertThat(joined.get("both").configuration()).isEqualTo(Map.of("by", "cluster"));
        assertThat(one.get("mine")).isEqualTo(joined.get("mine"));
    }

    @Test
    void withoutAMajorityOnlyWhatComesWithTheNodeIsTakenAndIsOfferedLater() throws IOException {
        Catalog one = open("one");
        Catalog other = open("other");
        one.register(jar("aa", "1.0.0", ""), true);
        cluster.majority(false);
        assertThat(code(() -> one.register(jar("bb", "1.0.0", ""), false))).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(code(() -> one.wish("aa", Wish.ACTIVE))).isEqualTo(ErrorCode.NO_MAJORITY);
        assertThat(one.get("aa").wish()).isEqualTo(Wish.INACTIVE);
        assertThat(one.register(jar("aa", "2.0.0", ""), true).created()).isTrue();
        assertThat(one.register(jar("cc", "1.0.0", ""), true).created()).isTrue();
        one.offer();
        assertThat(other.find("cc")).isEmpty();

        cluster.majority(true);
        other.wish("aa", Wish.ACTIVE);
        one.offer();
        assertThat(other.get("aa").versions()).containsOnlyKeys("1.0.0", "2.0.0");
        assertThat(other.get("aa").wish()).isEqualTo(Wish.ACTIVE);
        assertThat(one.get("aa")).isEqualTo(other.get("aa"));
        assertThat(other.get("cc")).isEqualTo(one.get("cc"));
    }

    @Test
    void ofTwoChangesOfOneRevisionThatHalvesOfTheClusterMadeAllNodesTakeTheSame() throws IOException {
        Catalog one = open("one");
        one.register(jar("aa", "1.0.0", ""), false);
        SharedMap map = cluster.map("catalog");
        byte[] lesser = EntryFile.writePlain(one.get("aa").withConfiguration(Map.of("round", "0")));
        byte[] greater = EntryFile.writePlain(one.get("aa").withConfiguration(Map.of("round", "1")));
        assertThat(Arrays.compareUnsigned(lesser, greater)).isNegative();

        long revision = map.put("default/aa", 1, lesser);
        assertThat(one.get("aa").configuration()).isEqualTo(Map.of("round", "0"));
        cluster.merge("catalog", "default/aa", new SharedMap.Value(revision, greater, false));
        assertThat(one.get("aa").configuration()).isEqualTo(Map.of("round", "1"));
        assertThat(open("other").get("aa").configuration()).isEqualTo(Map.of("round", "1"));
        // what came late, of the same revision
        cluster.merge("catalog", "default/aa", new SharedMap.Value(revision, lesser, false));
        assertThat(one.get("aa").configuration()).isEqualTo(Map.of("round", "1"));

        cluster.merge("catalog", "default/aa", new SharedMap.Value(revision, new byte[0], true));
        assertThat(one.find("aa")).as("a deletion holds").isEmpty();
    }

    @Test
    void nodesThatBeginTogetherRegisterWhatTheyBringOnce() throws IOException {
        Path bundled = jar("aa", "1.0.0", "");
        assertThat(open("one").register(bundled, true).created()).isTrue();
        Catalog.Registration known = open("other").register(bundled, true);
        assertThat(known.created()).isFalse();
        assertThat(new PackageStore(folder.resolve("other")).path(known.added().digest()))
                .as("its own, and not fetched")
                .hasSameBinaryContentAs(bundled);
        assertThat(cluster.map("catalog").find("default/aa").orElseThrow().revision())
                .isEqualTo(1);
    }

    @Test
    void whatCannotBeReadOfOthersChangesNothingHere() throws IOException {
        Catalog one = open("one");
        one.register(jar("aa", "1.0.0", ""), false);
        SharedMap map = cluster.map("catalog");
        map.put("default/aa", 1, "{\"formatVersion\": 99}".getBytes(StandardCharsets.UTF_8));
        map.put("another tenant/bb", SharedMap.NEVER, new byte[0]);
        assertThat(one.get("aa").version()).isEqualTo("1.0.0");
        assertThat(one.find("bb")).isEmpty();
    }

    private Catalog open(String node) {
        BlobFetcher fetcher = (kind, digest, target) -> {
            try {
                Files.writeString(target, "fetched");
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        };
        BlobReplicator replicator = (kind, digest) -> {
            if (nobodyTakes) {
                throw new DataPrismException(ErrorCode.NODE_LOST, "Nobody took " + digest + ".", "Try again.");
            }
            assertThat(folder.resolve(node).resolve(kind + "/sha256/" + digest + ".jar"))
                    .exists();
            replicated.add(node + " " + digest);
        };
        return Catalog.open(
                folder.resolve(node), "0.1.0", FindingsPolicy.WARN, new Sharing(cluster, fetcher, replicator));
    }

    private Path jar(String name, String version, String more) throws IOException {
        jars.folder = Files.createDirectories(folder.resolve("jars"));
        return jars.jar(name, version, more);
    }

    private static ErrorCode code(ThrowingCallable call) {
        return catchThrowableOfType(DataPrismException.class, call).code();
    }
}
