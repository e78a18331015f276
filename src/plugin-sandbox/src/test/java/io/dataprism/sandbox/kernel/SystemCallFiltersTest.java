package io.dataprism.sandbox.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.sandbox.kernel.FilterProgram.Instruction;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the filters in an interpreter of classic BPF, for both architectures. */
class SystemCallFiltersTest {

    private static final int PROCESS = 4711;

    @ParameterizedTest
    @EnumSource(Machine.class)
    void bothFiltersRefuseWhatIsNeverNeeded(Machine machine) {
        for (FilterProgram filter : filters(machine)) {
            for (String name : SystemCallFilters.NEVER) {
                machine.find(name)
                        .ifPresent(number -> assertThat(run(filter, machine, number))
                                .as(name)
                                .isEqualTo(FilterProgram.REFUSE));
            }
            for (String name : List.of("read", "write", "openat", "fcntl", "getpid")) {
                assertThat(run(filter, machine, machine.number(name))).as(name).isEqualTo(FilterProgram.ALLOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void onlyTheSecondRefusesProgramsAndProcesses(Machine machine) {
        FilterProgram first = SystemCallFilters.beforeStart(machine);
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        for (String name : List.of("fork", "vfork", "execve", "execveat")) {
            machine.find(name).ifPresent(number -> {
                assertThat(run(first, machine, number)).isEqualTo(FilterProgram.ALLOW);
                assertThat(run(second, machine, number)).isEqualTo(FilterProgram.REFUSE);
            });
        }
        assertThat(run(second, machine, machine.number("clone3"))).isEqualTo(FilterProgram.UNKNOWN);
        assertThat(run(second, machine, machine.number("clone"), 17)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(second, machine, machine.number("clone"), 0x3d0f00)).isEqualTo(FilterProgram.ALLOW);
        assertThat(run(first, machine, machine.number("clone"), 17)).isEqualTo(FilterProgram.ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void otherProcessesCannotBeSignalledOrLimited(Machine machine) {
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        assertThat(run(second, machine, machine.number("tgkill"), PROCESS)).isEqualTo(FilterProgram.ALLOW);
        assertThat(run(second, machine, machine.number("tgkill"), 1)).isEqualTo(FilterProgram.REFUSE);
        int limit = machine.number("prlimit64");
        assertThat(run(second, machine, limit, 0, 7, 0)).isEqualTo(FilterProgram.ALLOW);
        assertThat(run(second, machine, limit, 1, 7, 0)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(second, machine, limit, 0, 7, 0x7f0000000000L)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(second, machine, limit, 0, 7, 8)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(SystemCallFilters.beforeStart(machine), machine, limit, 0, 7, 8))
                .isEqualTo(FilterProgram.ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void noDescriptorCanBeMadeToSignalTheHostAndTheTieToTheParentStays(Machine machine) {
        for (FilterProgram filter : filters(machine)) {
            for (int command : List.of(8, 10, 15, 1026)) {
                assertThat(run(filter, machine, machine.number("fcntl"), 3, command, 1))
                        .isEqualTo(FilterProgram.REFUSE);
            }
            for (int command : List.of(0, 1, 2, 3, 4, 9, 1030)) {
                assertThat(run(filter, machine, machine.number("fcntl"), 3, command, 1))
                        .isEqualTo(FilterProgram.ALLOW);
            }
        }
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        assertThat(run(second, machine, machine.number("prctl"), 1, 0)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(second, machine, machine.number("prctl"), 15)).isEqualTo(FilterProgram.ALLOW);
        assertThat(run(second, machine, machine.number("read"), 1, 8)).isEqualTo(FilterProgram.ALLOW);
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void aRunningChildHasWhatItNeedsAndEverythingElseDoesNotExist(Machine machine) {
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        for (String name : SystemCallFilters.STEADY) {
            machine.find(name)
                    .ifPresent(number ->
                            assertThat(run(second, machine, number)).as(name).isEqualTo(FilterProgram.ALLOW));
        }
        for (String name :
                List.of("seccomp", "memfd_create", "io_setup", "splice", "chdir", "setsid", "inotify_init1")) {
            assertThat(run(second, machine, machine.number(name))).as(name).isEqualTo(FilterProgram.UNKNOWN);
        }
        for (int number : List.of(468, 1000, 100_000)) {
            assertThat(run(second, machine, number)).isEqualTo(FilterProgram.UNKNOWN);
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void memoryThatIsSharedAndNobodysFileIsRefused(Machine machine) {
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        int map = machine.number("mmap");
        for (int flags : List.of(0x21, 0x23, 0x8021)) {
            assertThat(run(second, machine, map, 0, 4096, 3, flags)).isEqualTo(FilterProgram.REFUSE);
        }
        for (int flags : List.of(0x22, 0x01, 0x02, 0x4022)) {
            assertThat(run(second, machine, map, 0, 4096, 3, flags)).isEqualTo(FilterProgram.ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void noHoleIsMadeInAFileThatIsMapped(Machine machine) {
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        int advise = machine.number("madvise");
        assertThat(run(second, machine, advise, 0, 4096, 9)).isEqualTo(FilterProgram.REFUSE);
        for (int advice : List.of(0, 4, 8, 14, 21)) {
            assertThat(run(second, machine, advise, 0, 4096, advice)).isEqualTo(FilterProgram.ALLOW);
        }
    }

    @ParameterizedTest
    @EnumSource(Machine.class)
    void devicesAreAskedAndNotCommanded(Machine machine) {
        FilterProgram second = SystemCallFilters.inside(machine, PROCESS);
        int device = machine.number("ioctl");
        assertThat(run(second, machine, device, 0, 0x541B)).isEqualTo(FilterProgram.ALLOW);
        for (int command : List.of(0x5412, 0x541C, 0x8901, 0x40086602)) {
            assertThat(run(second, machine, device, 0, command)).isEqualTo(FilterProgram.REFUSE);
        }
        assertThat(run(second, machine, machine.number("fcntl"), 3, 1031)).isEqualTo(FilterProgram.REFUSE);
        assertThat(run(second, machine, machine.number("prctl"), 22)).isEqualTo(FilterProgram.REFUSE);
    }

    @Test
    void aForeignArchitectureEndsTheProcess() {
        for (FilterProgram filter : filters(Machine.X86_64)) {
            assertThat(run(filter, Machine.AARCH64, 0)).isEqualTo(FilterProgram.KILL_PROCESS);
            assertThat(run(filter, Machine.X86_64, 0x40000000 + 1)).isEqualTo(FilterProgram.REFUSE);
        }
    }

    private static List<FilterProgram> filters(Machine machine) {
        return List.of(SystemCallFilters.beforeStart(machine), SystemCallFilters.inside(machine, PROCESS));
    }

    private static int run(FilterProgram program, Machine machine, int number, long... arguments) {
        List<Instruction> code = program.instructions();
        int accumulator = 0;
        for (int at = 0; ; at++) {
            Instruction now = code.get(at);
            switch (now.code()) {
                case 0x20 -> accumulator = load(now.value(), machine, number, arguments);
                case 0x15 -> at += accumulator == now.value() ? now.ifTrue() : now.ifFalse();
                case 0x35 ->
                    at += Integer.compareUnsigned(accumulator, now.value()) >= 0 ? now.ifTrue() : now.ifFalse();
                case 0x45 -> at += (accumulator & now.value()) != 0 ? now.ifTrue() : now.ifFalse();
                case 0x54 -> accumulator &= now.value();
                case 0x06 -> {
                    return now.value();
                }
                default -> throw new AssertionError("No such instruction: " + now);
            }
        }
    }

    private static int load(int offset, Machine machine, int number, long... arguments) {
        if (offset == 0) {
            return number;
        }
        if (offset == 4) {
            return machine.auditArchitecture();
        }
        int argument = (offset - 16) / 8;
        long value = argument < arguments.length ? arguments[argument] : 0;
        return (int) (offset % 8 == 0 ? value : value >>> 32);
    }
}
