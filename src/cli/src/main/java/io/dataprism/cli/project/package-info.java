/**
 * {@code ./dataprism plugins create}, {@code build}, {@code validate} and {@code discover}: what a plugin's author does without a
 * node. {@link io.dataprism.cli.project.CreateCommand} writes a project from the templates among the resources,
 * {@link io.dataprism.cli.project.BuildCommand} runs Maven in it, {@link io.dataprism.cli.project.ValidateCommand} looks a package, a
 * manifest or a project over with the same code that a node does.
 */
@NullMarked
package io.dataprism.cli.project;

import org.jspecify.annotations.NullMarked;
