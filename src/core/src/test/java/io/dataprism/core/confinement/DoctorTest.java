package io.dataprism.core.confinement;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.confinement.Diagnosis.Check;
import io.dataprism.core.confinement.Diagnosis.State;
import io.dataprism.core.quota.IsolationLevel;
import io.dataprism.core.quota.ResourcePolicy;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DoctorTest {

    @Test
    void itStartsARealChildAndSaysWhatItReaches() throws Exception {
        long processes = Sandboxes.children();
        Diagnosis diagnosis = new Doctor(SandboxRuntime.ofThisProcess(), ResourcePolicy.defaults()).examine();
        assertThat(diagnosis.suffices()).as(diagnosis.toString()).isTrue();
        assertThat(diagnosis.level()).isIn(IsolationLevel.FULL, IsolationLevel.NO_CGROUP);
        assertThat(diagnosis.checks())
                .extracting(Check::name)
                .containsExactly("platform", "landlock", "seccomp", "control groups", "child", "fonts");
        assertThat(diagnosis.checks().get(4).found()).contains("everything forbidden was refused");
        assertThat(diagnosis.checks())
                .allSatisfy(check -> assertThat(check.remedy().isEmpty()).isEqualTo(check.state() == State.OK));
        assertThat(Sandboxes.children()).isEqualTo(processes);
    }

    @Test
    void aChildThatCannotBeStartedIsNoLevel() throws Exception {
        SandboxRuntime broken = new SandboxRuntime(Path.of("/nowhere/plugin-sandbox.jar"), List.of());
        Diagnosis diagnosis = new Doctor(broken, ResourcePolicy.defaults()).examine();
        assertThat(diagnosis.suffices()).isFalse();
        assertThat(diagnosis.level()).isEqualTo(IsolationLevel.JVM_ONLY);
        assertThat(diagnosis.checks().get(4).state()).isEqualTo(State.MISSING);
    }
}
