/**
 * What plugins' processes may use of the machine, and what holds them to it: the operator's policy, admission by reservation, the
 * kernel's control groups where they are to be had (version 2, else 1), else a watch that stops and ends processes, and the rate
 * at which a plugin may ask the host for something.
 *
 * <p>Files of control groups are read and written by whoever starts or ends a process, never on an event loop. The watch has a
 * thread of its own. Where the kernel refuses a group, the next rung is taken and the level says so; nothing fails open in
 * silence.
 */
@NullMarked
package io.dataprism.core.quota;

import org.jspecify.annotations.NullMarked;
