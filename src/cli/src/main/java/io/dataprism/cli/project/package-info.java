/**
 * {@code ./dataprism plugins create}, {@code build}, {@code validate}, {@code trace} and {@code discover}: what a plugin's author does
 * without a running node. {@link io.dataprism.cli.project.CreateCommand} writes a project from the templates among the resources,
 * {@link io.dataprism.cli.project.BuildCommand} runs Maven in it, {@link io.dataprism.cli.project.ValidateCommand} looks a package, a
 * manifest or a project over with the same code that a node does, and {@link io.dataprism.cli.project.TraceCommand} runs a package on a
 * node of its own, which ends with it.
 */
@NullMarked
package io.dataprism.cli.project;

import org.jspecify.annotations.NullMarked;
