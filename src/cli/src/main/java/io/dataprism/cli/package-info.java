/**
 * The command line. {@link io.dataprism.cli.Main} is what the launcher runs; each command is a class. The build runs
 * {@code Rehearsal} once, for the JVM to remember. Exit codes: 0 done, 1 it
 * was tried and failed, 2 it could not be begun (a wrong option, a port in use, a folder that cannot be written to), with one
 * line on standard error that says what to do. Results go to standard output, logs to standard error.
 */
@NullMarked
package io.dataprism.cli;

import org.jspecify.annotations.NullMarked;
