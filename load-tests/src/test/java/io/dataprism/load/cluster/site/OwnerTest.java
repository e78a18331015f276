package io.dataprism.load.cluster.site;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OwnerTest {

    @Test
    void a_name_tells_its_owner() {
        Owner self = Owner.self();
        assertThat(Owner.of(self.name("n1-0"))).contains(self);
        assertThat(self.isAlive()).isTrue();
    }

    @Test
    void other_names_have_none() {
        assertThat(Owner.of("cni-1234")).isEmpty();
        assertThat(Owner.of("dp-x-y-z")).isEmpty();
    }

    @Test
    void a_process_with_the_same_id_that_began_at_another_time_is_not_the_owner() {
        Owner self = Owner.self();
        assertThat(new Owner(self.pid(), self.start() - 1).isAlive()).isFalse();
    }
}
