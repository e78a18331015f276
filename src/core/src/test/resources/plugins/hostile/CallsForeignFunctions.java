package plugins.hostile;

import java.lang.foreign.*;

/** Calls C and maps any memory, through the API for it. */
public class CallsForeignFunctions extends Attack {

    @Override
    Object attack(Target target) throws Throwable {
        return new Attempts()
                .attempt(
                        "a function",
                        () -> Linker.nativeLinker()
                                .downcallHandle(MemorySegment.ofAddress(8), FunctionDescriptor.ofVoid()))
                .attempt("a segment", () -> MemorySegment.ofAddress(8).reinterpret(8))
                .attempt(
                        "a library",
                        () -> java.lang.foreign.SymbolLookup.libraryLookup(
                                "libc.so.6", java.lang.foreign.Arena.global()));
    }
}
