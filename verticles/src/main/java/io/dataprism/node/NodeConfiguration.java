package io.dataprism.node;

import java.nio.file.Path;

/**
 * How a node is to run.
 *
 * @param host the address to listen on; default {@code 127.0.0.1}
 * @param port to listen on; default 8080; 0 picks a free one
 * @param dataDirectory of this node alone; default {@code .dataprism}
 * @param homeDirectory of the installation: where the sandbox's jars and the bundled plugins are
 * @param loadSample whether the dataset {@code flights} is loaded at first start
 * @param bundledPlugins whether the bundled plugins are put into the catalog
 */
public record NodeConfiguration(
        String host, int port, Path dataDirectory, Path homeDirectory, boolean loadSample, boolean bundledPlugins) {}
