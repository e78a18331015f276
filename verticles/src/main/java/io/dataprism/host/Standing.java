package io.dataprism.host;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What an instance is among the others. Any thread.
 *
 * @param id its name and number
 * @param first whether it is the one that does what is to be done once
 * @param calls how it calls others
 */
record Standing(Supplier<String> id, BooleanSupplier first, PluginCalls calls) {}
