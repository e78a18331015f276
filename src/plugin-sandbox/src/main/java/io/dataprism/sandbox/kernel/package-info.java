/**
 * What the Linux kernel offers to confine a process, through the foreign-function API: Landlock, seccomp, capabilities,
 * limits and descriptors. Linux on x86-64 and aarch64. {@link io.dataprism.sandbox.kernel.KernelSupport} says whether this
 * machine has it.
 *
 * <p>Restrictions apply to the calling thread and what it starts, and cannot be undone: call them on a platform thread that
 * serves for nothing else. Failures are {@link io.dataprism.sandbox.kernel.KernelException}.
 */
@NullMarked
package io.dataprism.sandbox.kernel;

import org.jspecify.annotations.NullMarked;
