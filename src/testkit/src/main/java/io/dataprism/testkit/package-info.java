/**
 * Runs a plugin in the real sandbox for its author's tests. {@link io.dataprism.testkit.PluginSandbox} starts a node of its own as a
 * process, puts the plugin into it and calls it: what a test sees is what an operator will see, grants, limits and refusals
 * included. Nothing of the host runs in the test's JVM. {@link io.dataprism.testkit.PermissionTrace} finds out on such a node what a
 * plugin must be allowed at least.
 *
 * <p>Methods block, each for a minute at most, and are for one thread at a time. A refusal or failure is a
 * {@link io.dataprism.plugin.PluginException} with the contract's code. The distribution is found in the system property
 * {@code dataprism.home} or the variable {@code DATAPRISM_HOME}.
 */
@NullMarked
package io.dataprism.testkit;

import org.jspecify.annotations.NullMarked;
