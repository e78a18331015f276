package io.dataprism.load.cluster.site;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Where nobody listens, a network that is whole refuses a connection at once, and one that is cut says nothing. */
class NamespaceSiteTest {

    private static final int NOBODY = 4;

    @BeforeAll
    static void needs_root() {
        assumeTrue(Namespaces.missing().isEmpty(), Namespaces.missing());
    }

    @Test
    void a_cut_is_silent_between_its_sides_and_felt_by_nobody_else() throws Exception {
        try (NamespaceSite site = NamespaceSite.of(3)) {
            assertThat(reaches(site, 0, 1)).isTrue();
            assertThat(reaches(site, 2, 0)).isTrue();

            site.cut(List.of(Set.of(0, 1), Set.of(2)));
            assertThat(reaches(site, 0, 1)).isTrue();
            assertThat(reaches(site, 0, 2)).isFalse();
            assertThat(reaches(site, 2, 1)).isFalse();
            for (int node = 0; node < 3; node++) {
                assertThat(clientsReach(site.place(node))).isTrue();
            }

            site.heal();
            assertThat(reaches(site, 0, 2)).isTrue();
        }
        assertThat(Namespaces.of(Owner.self())).isEmpty();
    }

    @Test
    void nodes_do_not_reach_each_other_where_clients_do() throws Exception {
        try (NamespaceSite site = NamespaceSite.of(2)) {
            assertThat(connects(site.place(0), site.place(1).host())).isFalse();
        }
    }

    @Test
    void what_a_dead_owner_left_is_taken_away() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        Owner owner = new Owner(dead.pid(), 1);
        dead.waitFor();
        Program.run("ip netns add " + owner.name("n1-0"));
        Namespaces.sweep();
        assertThat(Namespaces.of(owner)).isEmpty();
    }

    private static boolean reaches(Site site, int from, int to) throws Exception {
        return connects(site.place(from), site.place(to).bind());
    }

    /** Whether something answers there, be it a refusal. */
    private static boolean connects(Place from, String address) throws Exception {
        List<String> command = new ArrayList<>(from.before());
        command.addAll(List.of("timeout", "0.7", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + NOBODY));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        return said.contains("refused");
    }

    private static boolean clientsReach(Place place) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(place.host(), NOBODY), 700);
            return true;
        } catch (ConnectException refused) {
            return refused.getMessage().contains("refused");
        }
    }
}
