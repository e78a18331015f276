/**
 * The engine on the bus. {@link io.dataprism.engine.EngineVerticle} answers at the addresses of data and of the engine;
 * {@link io.dataprism.engine.BusQueryService} and {@link io.dataprism.engine.BusTableService} are the callers' side, and {@link
 * io.dataprism.engine.EngineRoute} finds the engine: this node's or, where it has none, another's. What is read is read once more elsewhere
 * where that node is lost; files go there in pieces over a stream.
 *
 * <p>A caller's tables come from the header that the permission interceptor sets ({@code TableScope.HEADER}); a message without it
 * may read nothing. Nothing here blocks: long work goes to the engine's own pools. Failures are problems of the contract.
 */
@NullMarked
package io.dataprism.engine;

import org.jspecify.annotations.NullMarked;
