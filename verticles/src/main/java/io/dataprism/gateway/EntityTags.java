package io.dataprism.gateway;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.engine.TableService;
import io.dataprism.gateway.contract.ShownValue;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code If-Match} asks of a table, whose tag is its version: nothing, that it is there ({@code *}), or that it has one of
 * some versions.
 *
 * @param header as it was sent; null: any version will do, and none
 * @param versions those that were named; tags that are no version are none of ours
 */
record EntityTags(String operation, @Nullable String header, Set<Long> versions) {

    private static final Pattern TAG = Pattern.compile("(?:W/)?\"?([0-9]{1,18})\"?");

    static EntityTags ifMatch(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.IF_MATCH);
        Set<Long> versions = new TreeSet<>();
        for (String part : header == null ? new String[0] : header.split(",", -1)) {
            var tag = TAG.matcher(part.strip());
            if (tag.matches()) {
                versions.add(Long.valueOf(tag.group(1)));
            }
        }
        return new EntityTags(Bodies.operation(context), header, versions);
    }

    private boolean any() {
        return header != null && header.strip().equals("*");
    }

    /**
     * The version that must be the current one when the table changes; null: any. Fails with {@code PRECONDITION_FAILED} where no
     * version would do.
     */
    Future<@Nullable Long> version(TableService tables, String name) {
        if (!any() && versions.size() == 1) {
            return Future.succeededFuture(versions.iterator().next());
        }
        return require(tables, name);
    }

    /** The table's version, which is one of those that were asked for; null where none was, and then the table may be absent. */
    Future<@Nullable Long> require(TableService tables, String name) {
        if (header == null) {
            return Future.succeededFuture();
        }
        return tables.table(name)
                .map(table -> {
                    if (!any() && !versions.contains(table.version())) {
                        throw failed("the table's tag is \"" + table.version() + "\"", null);
                    }
                    return table.version();
                })
                .recover(failure -> Future.failedFuture(
                        failure instanceof DataPrismException known && known.code() == ErrorCode.TABLE_NOT_FOUND
                                ? failed("there is no table '" + name + "'", known)
                                : failure));
    }

    private DataPrismException failed(String why, @Nullable Throwable cause) {
        return new DataPrismException(
                ErrorCode.PRECONDITION_FAILED,
                operation + ": If-Match is " + ShownValue.of(header) + ", and " + why + ".",
                "Read the table again and send its ETag.",
                cause);
    }
}
