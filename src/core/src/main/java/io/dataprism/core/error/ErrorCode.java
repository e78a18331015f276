package io.dataprism.core.error;

/**
 * The stable codes of the contract, each with its HTTP status, who must act, and whether the same request may succeed later.
 */
public enum ErrorCode {
    REQUEST_INVALID(400, Category.USER, false, "Request not valid"),
    QUERY_INVALID(400, Category.USER, false, "Query not valid"),
    MANIFEST_INVALID(400, Category.USER, false, "Manifest not valid"),
    PACKAGE_INVALID(400, Category.USER, false, "Package not valid"),
    DATA_INVALID(400, Category.USER, false, "Data not valid"),
    CONFIGURATION_INVALID(400, Category.USER, false, "Configuration not valid"),
    UNAUTHENTICATED(401, Category.USER, false, "Not authenticated"),
    PERMISSION_DENIED(403, Category.USER, false, "Permission denied"),
    GRANTS_PENDING(403, Category.USER, false, "Grants pending"),
    QUERY_NOT_ALLOWED(403, Category.USER, false, "Query not allowed"),
    PLUGIN_NOT_FOUND(404, Category.USER, false, "Plugin not found"),
    TABLE_NOT_FOUND(404, Category.USER, false, "Table not found"),
    QUERY_NOT_FOUND(404, Category.USER, false, "Query not found"),
    OPERATION_NOT_FOUND(404, Category.USER, false, "Operation not found"),
    NOT_FOUND(404, Category.USER, false, "Not found"),
    METHOD_NOT_ALLOWED(405, Category.USER, false, "Method not allowed"),
    NOT_ACCEPTABLE(406, Category.USER, false, "Not acceptable"),
    VERSION_CONFLICT(409, Category.USER, false, "Version conflict"),
    DEPENDENCY_MISSING(409, Category.USER, false, "Dependency missing"),
    DEPENDENCY_CYCLE(409, Category.USER, false, "Dependency cycle"),
    DEPENDENCY_MISMATCH(409, Category.USER, false, "Dependency mismatch"),
    HAS_DEPENDENTS(409, Category.USER, false, "Has dependents"),
    INCOMPATIBLE_CORE(409, Category.USER, false, "Incompatible core version"),
    STATE_CONFLICT(409, Category.USER, false, "State conflict"),
    TABLE_EXISTS(409, Category.USER, false, "Table exists"),
    PRECONDITION_FAILED(412, Category.USER, false, "Precondition failed"),
    PAYLOAD_TOO_LARGE(413, Category.USER, false, "Payload too large"),
    UNSUPPORTED_MEDIA_TYPE(415, Category.USER, false, "Unsupported media type"),
    QUOTA_EXCEEDED(429, Category.RESOURCE, true, "Quota exceeded"),
    INTERNAL(500, Category.HOST, false, "Internal error"),
    PLUGIN_FAILED(502, Category.PLUGIN, false, "Plugin failed"),
    PLUGIN_CRASHED(502, Category.PLUGIN, true, "Plugin crashed"),
    SANDBOX_UNAVAILABLE(502, Category.HOST, false, "Sandbox unavailable"),
    NETWORK_FAILED(502, Category.HOST, true, "Network failed"),
    OVERLOADED(503, Category.RESOURCE, true, "Overloaded"),
    DRAINING(503, Category.HOST, true, "Draining"),
    PLUGIN_NOT_ACTIVE(503, Category.USER, true, "Plugin not active"),
    NO_MAJORITY(503, Category.HOST, true, "No majority"),
    NODE_LOST(503, Category.HOST, true, "Node lost"),
    PLUGIN_TIMEOUT(504, Category.PLUGIN, true, "Plugin timeout"),
    QUERY_TIMEOUT(504, Category.RESOURCE, true, "Query timeout");

    /** Who must act. */
    public enum Category {
        USER,
        PLUGIN,
        HOST,
        RESOURCE
    }

    private final int status;
    private final Category category;
    private final boolean retryable;
    private final String title;

    ErrorCode(int status, Category category, boolean retryable, String title) {
        this.status = status;
        this.category = category;
        this.retryable = retryable;
        this.title = title;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** Who must act. */
    public Category category() {
        return category;
    }

    /** Whether the same request may succeed later with nothing changed by the caller. */
    public boolean retryable() {
        return retryable;
    }

    /** A short, constant title. */
    public String title() {
        return title;
    }
}
