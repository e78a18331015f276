package io.dataprism.sandbox.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A seccomp filter: classic BPF over {@code seccomp_data}, built rule by rule. The first rule that matches decides; what no
 * rule matches is allowed, unless the filter says something else about the rest. Immutable once built.
 */
final class FilterProgram {

    private static final int LOAD = 0x20;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;
    private static final int KEEP_BITS = 0x54;

    private static final int NUMBER_OFFSET_BYTES = 0;
    private static final int ARCHITECTURE_OFFSET_BYTES = 4;
    private static final int FIRST_X32_NUMBER = 0x40000000;

    static final int KILL_PROCESS = 0x80000000;
    static final int ALLOW = 0x7fff0000;
    static final int REFUSE = 0x00050000 | SystemCalls.EACCES;
    static final int UNKNOWN = 0x00050000 | SystemCalls.ENOSYS;

    /** One instruction: {@code struct sock_filter}. */
    record Instruction(int code, int ifTrue, int ifFalse, int value) {}

    private final List<Instruction> instructions;

    private FilterProgram(List<Instruction> instructions) {
        this.instructions = List.copyOf(instructions);
    }

    List<Instruction> instructions() {
        return instructions;
    }

    /** Begins a filter that kills the process on a foreign architecture and refuses the x32 numbers. */
    static Builder on(Machine machine) {
        return new Builder(machine);
    }

    /** Collects rules. */
    static final class Builder {

        private final Machine machine;
        private final List<Instruction> instructions = new ArrayList<>();
        private int rest = ALLOW;

        private Builder(Machine machine) {
            this.machine = machine;
            add(LOAD, 0, 0, ARCHITECTURE_OFFSET_BYTES);
            add(IF_EQUAL, 1, 0, machine.auditArchitecture());
            add(RETURN, 0, 0, KILL_PROCESS);
            add(LOAD, 0, 0, NUMBER_OFFSET_BYTES);
            if (machine == Machine.X86_64) {
                add(IF_AT_LEAST, 0, 1, FIRST_X32_NUMBER);
                add(RETURN, 0, 0, REFUSE);
            }
        }

        /** Answers calls of that name with a verdict; does nothing where the architecture has no such call. */
        Builder answer(String name, int verdict) {
            machine.find(name).ifPresent(number -> {
                add(IF_EQUAL, 0, 1, number);
                add(RETURN, 0, 0, verdict);
            });
            return this;
        }

        /** Refuses all of them. */
        Builder refuse(Iterable<String> names) {
            names.forEach(name -> answer(name, REFUSE));
            return this;
        }

        /** Allows all of them. */
        Builder allow(Iterable<String> names) {
            names.forEach(name -> answer(name, ALLOW));
            return this;
        }

        /** Allows the call only where an argument's low 32 bits equal one of the values. */
        Builder allowIfEqual(String name, int argument, int... values) {
            machine.find(name).ifPresent(number -> {
                add(IF_EQUAL, 0, values.length + 3, number);
                add(LOAD, 0, 0, 16 + 8 * argument);
                for (int index = 0; index < values.length; index++) {
                    add(IF_EQUAL, values.length - index, 0, values[index]);
                }
                add(RETURN, 0, 0, REFUSE);
                add(RETURN, 0, 0, ALLOW);
            });
            return this;
        }

        /** Allows the call unless an argument has all of these bits. */
        Builder allowUnlessAllBits(String name, int argument, int bits) {
            machine.find(name).ifPresent(number -> {
                add(IF_EQUAL, 0, 5, number);
                add(LOAD, 0, 0, 16 + 8 * argument);
                add(KEEP_BITS, 0, 0, bits);
                add(IF_EQUAL, 0, 1, bits);
                add(RETURN, 0, 0, REFUSE);
                add(RETURN, 0, 0, ALLOW);
            });
            return this;
        }

        /** Refuses the call where an argument's low 32 bits equal one of the values; other rules decide about the rest. */
        Builder refuseIfEqual(String name, int argument, int... values) {
            machine.find(name).ifPresent(number -> {
                add(IF_EQUAL, 0, values.length + 4, number);
                add(LOAD, 0, 0, 16 + 8 * argument);
                for (int index = 0; index < values.length; index++) {
                    add(IF_EQUAL, values.length - index + 1, 0, values[index]);
                }
                add(LOAD, 0, 0, NUMBER_OFFSET_BYTES);
                add(IF_EQUAL, 1, 0, number);
                add(RETURN, 0, 0, REFUSE);
            });
            return this;
        }

        /** Allows the call only where an argument has one of these bits. */
        Builder allowIfAnyBit(String name, int argument, int bits) {
            return allowIf(name, new Instruction(IF_ANY_BIT, 0, 1, bits), argument);
        }

        /** Allows the call only where the given arguments are zero in all 64 bits. */
        Builder allowIfZero(String name, int... arguments) {
            Optional<Integer> number = machine.find(name);
            if (number.isEmpty()) {
                return this;
            }
            int words = arguments.length * 2;
            add(IF_EQUAL, 0, words * 2 + 2, number.get());
            for (int word = 0; word < words; word++) {
                add(LOAD, 0, 0, 16 + 8 * arguments[word / 2] + 4 * (word % 2));
                add(IF_EQUAL, 0, (words - 1 - word) * 2 + 1, 0);
            }
            add(RETURN, 0, 0, ALLOW);
            add(RETURN, 0, 0, REFUSE);
            return this;
        }

        private Builder allowIf(String name, Instruction test, int argument) {
            machine.find(name).ifPresent(number -> {
                add(IF_EQUAL, 0, 4, number);
                add(LOAD, 0, 0, 16 + 8 * argument);
                instructions.add(test);
                add(RETURN, 0, 0, ALLOW);
                add(RETURN, 0, 0, REFUSE);
            });
            return this;
        }

        /** What is answered where no rule matches. */
        Builder answerTheRest(int verdict) {
            rest = verdict;
            return this;
        }

        FilterProgram build() {
            add(RETURN, 0, 0, rest);
            return new FilterProgram(instructions);
        }

        private void add(int code, int ifTrue, int ifFalse, int value) {
            instructions.add(new Instruction(code, ifTrue, ifFalse, value));
        }
    }
}
