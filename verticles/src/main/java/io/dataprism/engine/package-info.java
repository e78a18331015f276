/**
 * The engine's verticle and its client side: {@link io.dataprism.engine.QueryService} and {@link io.dataprism.engine.TableService}.
 */
@NullMarked
package io.dataprism.engine;

import org.jspecify.annotations.NullMarked;
