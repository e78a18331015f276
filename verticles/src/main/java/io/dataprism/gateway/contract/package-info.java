/**
 * The contract of the service as documents, and what of them checks requests. The documents are written as YAML beside this package
 * (one file for each part of the API, one for each group of schemas that OpenAPI and AsyncAPI share), read and put together once for
 * each process, and published as JSON by {@link io.dataprism.gateway.contract.Contract#openApi} and {@code asyncApi}.
 *
 * <p>Query parameters, JSON bodies and text frames are checked from what the published documents say: {@link
 * io.dataprism.gateway.contract.ValueSchema} is the part of JSON Schema that requests are described with, made ready once. A keyword
 * that is not among them fails the start, so that the documents never say what nobody checks.
 *
 * <p>Guarantees: a check looks at each part of a value once, tries patterns in linear time and on bounded texts only, does not look
 * into what is free-form, and stops at {@value io.dataprism.gateway.contract.Problems#LIMIT} problems. Values of an object that has a
 * {@code writeOnly} member are never shown. Everything is immutable but {@link io.dataprism.gateway.contract.Problems}, which belongs
 * to one check; any thread, nothing blocks but the first use.
 *
 * <p>Failures: a document that cannot be used is an {@link java.lang.IllegalStateException} that names the place; a request that does
 * not fit is {@code REQUEST_INVALID} with a pointer and words for each problem.
 */
@NullMarked
package io.dataprism.gateway.contract;

import org.jspecify.annotations.NullMarked;
