package io.dataprism.core.error;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A failure with a stable code, fit to be shown to whoever must act. Immutable: {@code with...} methods answer a copy.
 *
 * <p>The detail names the operation, the offender, the value found and the legal values; the hint says what to do. Neither
 * ever holds a secret, a stack trace or another user's data.
 */
public final class DataPrismException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String hint;
    private final transient List<Violation> violations;
    private final transient Map<String, Object> members;

    /**
     * One problem of a document.
     *
     * @param pointer a JSON pointer as a URI fragment, for example {@code #/permissions/0/access}
     * @param detail what is wrong and what is legal
     * @param value the value found, or null where there is none
     */
    public record Violation(
            String pointer, String detail, @Nullable Object value) {}

    /** Use where nothing more is known. */
    public DataPrismException(ErrorCode code, String detail, String hint) {
        this(code, detail, hint, List.of(), Map.of(), null);
    }

    /** The same, with the cause, which is logged and never shown. */
    public DataPrismException(ErrorCode code, String detail, String hint, @Nullable Throwable cause) {
        this(code, detail, hint, List.of(), Map.of(), cause);
    }

    private DataPrismException(
            ErrorCode code,
            String detail,
            String hint,
            List<Violation> violations,
            Map<String, Object> members,
            @Nullable Throwable cause) {
        super(detail, cause);
        this.code = code;
        this.hint = hint;
        this.violations = List.copyOf(violations);
        this.members = Map.copyOf(members);
    }

    /** The stable code. */
    public ErrorCode code() {
        return code;
    }

    /** What happened: operation, offender, value. */
    public String detail() {
        return String.valueOf(getMessage());
    }

    /** What to do. */
    public String hint() {
        return hint;
    }

    /** Every problem of the document, or empty. */
    public List<Violation> violations() {
        return violations;
    }

    /** Further members of the problem document: {@code position}, {@code row}, {@code column}, {@code instance} ... */
    public Map<String, Object> members() {
        return members;
    }

    /** A copy that lists every problem of a document. */
    public DataPrismException withViolations(List<Violation> all) {
        return new DataPrismException(code, detail(), hint, all, members, this);
    }

    /**
     * A copy with one more member.
     *
     * @param value a JSON value
     */
    public DataPrismException with(String name, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put(name, value);
        return new DataPrismException(code, detail(), hint, violations, more, this);
    }

    /** The problem document of RFC 9457, as JSON values in the contract's order. */
    public Map<String, @Nullable Object> toJson() {
        Map<String, @Nullable Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:dataprism:problem:" + code.name());
        problem.put("title", code.title());
        problem.put("status", code.status());
        problem.put("detail", detail());
        problem.put("code", code.name());
        problem.put("retryable", code.retryable());
        problem.put("hint", hint);
        problem.putAll(members);
        if (!violations.isEmpty()) {
            List<Map<String, @Nullable Object>> errors = new ArrayList<>();
            for (Violation violation : violations) {
                Map<String, @Nullable Object> error = new LinkedHashMap<>();
                error.put("pointer", violation.pointer());
                error.put("detail", violation.detail());
                error.put("value", violation.value());
                errors.add(error);
            }
            problem.put("errors", errors);
        }
        return problem;
    }

    /** What {@link #toJson()} wrote, read again: how a failure crosses the bus. */
    public static DataPrismException fromJson(Map<String, @Nullable Object> problem) {
        Map<String, @Nullable Object> rest = new LinkedHashMap<>(problem);
        for (String known : List.of("type", "title", "status", "retryable")) {
            rest.remove(known);
        }
        ErrorCode code = codeOf(rest.remove("code"));
        String detail = String.valueOf(rest.remove("detail"));
        String hint = String.valueOf(rest.remove("hint"));
        List<Violation> violations = new ArrayList<>();
        if (rest.remove("errors") instanceof List<?> errors) {
            for (Object each : errors) {
                if (each instanceof Map<?, ?> error) {
                    violations.add(new Violation(
                            String.valueOf(error.get("pointer")),
                            String.valueOf(error.get("detail")),
                            error.get("value")));
                }
            }
        }
        Map<String, Object> members = new LinkedHashMap<>();
        rest.forEach((name, value) -> {
            if (value != null) {
                members.put(name, value);
            }
        });
        return new DataPrismException(code, detail, hint, violations, members, null);
    }

    private static ErrorCode codeOf(@Nullable Object name) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code.name().equals(name)) {
                return code;
            }
        }
        return ErrorCode.INTERNAL;
    }
}
