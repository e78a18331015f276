package io.dataprism.core.permission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dataprism.core.error.DataPrismException;
import io.dataprism.core.error.ErrorCode;
import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GrantsTest {

    private static final Permission READ = new Permission(Resource.DATA, Access.READ, "flights");
    private static final Permission DRAW = new Permission(Resource.UI, Access.WRITE, "*");
    private final Grants asked = new Grants(List.of(READ, DRAW), List.of());

    @Test
    void whatIsNotGrantedIsPending() {
        Grants some = asked.replacedBy(
                Map.of("permissions", List.of(Map.of("resource", "ui", "access", "write", "elevated", true))));

        assertThat(some.granted()).containsExactly(new Grant(DRAW, true));
        assertThat(some.pending()).containsExactly(READ);
        assertThat(catchThrowableOfType(DataPrismException.class, () -> some.checkComplete("p")))
                .satisfies(failure -> {
                    assertThat(failure.code()).isEqualTo(ErrorCode.GRANTS_PENDING);
                    assertThat(failure.detail()).contains("data read 'flights'");
                });
    }

    @Test
    void approvingGrantsAllThatIsAsked() {
        Grants all = asked.replacedBy(Map.of("approve", "requested"));

        assertThat(all.pending()).isEmpty();
        assertThat(all.toJson()).containsKeys("requested", "granted", "pending");
    }

    @Test
    void whatIsNotAskedForCannotBeGrantedAndIsNamed() {
        DataPrismException failure = catchThrowableOfType(
                DataPrismException.class,
                () -> asked.replacedBy(Map.of(
                        "permissions",
                        List.of(
                                Map.of("resource", "data", "access", "write", "scope", "flights"),
                                Map.of("resource", "ui", "access", "write", "colour", "red"),
                                "x"))));

        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure.violations())
                .extracting(DataPrismException.Violation::pointer)
                .containsExactly("#/permissions/0", "#/permissions/1/colour", "#/permissions/2");
        assertThat(failure.violations().getFirst().detail()).contains("data write 'flights'");
    }

    @Test
    void otherFormsAreRefused() {
        for (Map<String, Object> form : List.<Map<String, Object>>of(
                Map.of(), Map.of("approve", "all"), Map.of("permissions", 1), Map.of("approve", "requested", "x", 1))) {
            assertThat(catchThrowableOfType(DataPrismException.class, () -> asked.replacedBy(form))
                            .code())
                    .isEqualTo(ErrorCode.REQUEST_INVALID);
        }
    }

    @Test
    void aPermissionWithoutItsResourceOrAccessIsRefusedByTheNameOfWhatIsMissing() {
        for (String missing : List.of("resource", "access")) {
            Map<String, Object> permission =
                    new java.util.HashMap<>(Map.of("resource", "data", "access", "read", "scope", "*"));
            permission.remove(missing);

            DataPrismException refusal = catchThrowableOfType(
                    DataPrismException.class, () -> asked.replacedBy(Map.of("permissions", List.of(permission))));

            assertThat(refusal.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
            assertThat(refusal.detail()).contains("'" + missing + "'").doesNotContain("null");
            assertThat(refusal.violations())
                    .singleElement()
                    .satisfies(violation -> assertThat(violation.pointer()).isEqualTo("#/permissions/0"));
        }
    }

    @Test
    void aGrantThatIsNoLongerAskedForDoesNotCount() {
        assertThat(new Grants(List.of(DRAW), List.of(new Grant(READ, false))).granted())
                .isEmpty();
    }

    @Test
    void anOperatorMayGiveLessThanIsAskedForAndNothingIsPendingThen() {
        Permission anywhere = new Permission(Resource.NETWORK, Access.EXECUTE, "*");
        Permission folder = new Permission(Resource.STORAGE, Access.EXECUTE, "mount:files");
        Grants given = new Grants(List.of(anywhere, folder), List.of())
                .replacedBy(Map.of(
                        "permissions",
                        List.of(
                                Map.of("resource", "network", "access", "execute", "scope", "db.example:5432"),
                                Map.of("resource", "network", "access", "read", "scope", "*.example:443"),
                                Map.of("resource", "storage", "access", "read", "scope", "mount:files"))));

        assertThat(given.pending()).isEmpty();
        assertThat(given.of(Resource.NETWORK, Access.EXECUTE))
                .extracting(grant -> grant.permission().scope())
                .containsExactly("db.example:5432");
        assertThat(given.of(Resource.STORAGE, Access.WRITE)).isEmpty();
        assertThat(given.granted().getFirst().toJson()).containsEntry("asked", Grant.json(anywhere));
        assertThat(given.replacedBy(Map.of("permissions", given.toJson().get("granted"))))
                .as("what was shown, sent back")
                .isEqualTo(given);
        assertThat(new Grants(List.of(folder), given.granted()).granted())
                .extracting(Grant::asked)
                .containsExactly(folder);
    }

    @Test
    void whatIsWiderOrOfAnotherKindIsNotLess() {
        Grants grants = new Grants(
                List.of(
                        READ,
                        new Permission(Resource.STORAGE, Access.READ, "*"),
                        new Permission(Resource.CORE, Access.READ, "events:core:**"),
                        new Permission(Resource.NETWORK, Access.READ, "*.example")),
                List.of());
        for (Map<String, Object> wider : List.<Map<String, Object>>of(
                Map.of("resource", "data", "access", "read", "scope", "flight*"),
                Map.of("resource", "data", "access", "execute", "scope", "flights"),
                Map.of("resource", "storage", "access", "read", "scope", "mount:files"),
                Map.of("resource", "core", "access", "read", "scope", "events:core:*"),
                Map.of("resource", "network", "access", "read", "scope", "*"))) {
            assertThat(catchThrowableOfType(
                            DataPrismException.class, () -> grants.replacedBy(Map.of("permissions", List.of(wider)))))
                    .as(wider.toString())
                    .isNotNull();
        }
    }

    @Test
    void anUpdateThatAsksForTheSameOrLessHasNothingPendingAndGetsNoMoreThanItAsksFor() {
        Permission all = new Permission(Resource.DATA, Access.EXECUTE, "*");
        Permission plugins = new Permission(Resource.CORE, Access.EXECUTE, "plugin:*");
        Permission one = new Permission(Resource.CORE, Access.EXECUTE, "plugin:other");
        List<Grant> given = List.of(new Grant(all, true), new Grant(plugins, false));

        Grants less = new Grants(List.of(READ, one), given);

        assertThat(less.pending()).isEmpty();
        assertThat(less.granted()).containsExactly(new Grant(READ, true), new Grant(one, false));
        assertThat(new Grants(List.of(all, plugins), given).granted()).isEqualTo(given);
    }

    @Test
    void anUpdateThatAsksForMoreKeepsWhatWasGrantedAndWaitsForTheRest() {
        Permission all = new Permission(Resource.DATA, Access.READ, "*");

        Grants more = new Grants(List.of(all, DRAW), List.of(new Grant(READ, false), new Grant(DRAW, false)));

        assertThat(more.granted()).containsExactly(new Grant(READ, false), new Grant(DRAW, false));
        assertThat(more.pending()).containsExactly(all);
    }

    @Test
    void whatAnOperatorHasNarrowedStaysAnsweredWhereLessIsAskedFor() {
        Permission all = new Permission(Resource.DATA, Access.READ, "*");
        Permission some = new Permission(Resource.DATA, Access.READ, "fl*");
        Permission other = new Permission(Resource.DATA, Access.READ, "carriers");
        Grant narrowed = new Grant(READ, false, all);

        assertThat(new Grants(List.of(all), List.of(narrowed)).pending()).isEmpty();
        assertThat(new Grants(List.of(some), List.of(narrowed)).pending()).isEmpty();
        assertThat(new Grants(List.of(other), List.of(narrowed)).pending()).containsExactly(other);
        assertThat(new Grants(List.of(other), List.of(narrowed)).granted()).isEmpty();
    }

    @Test
    void aScopeIsATextAndAPermissionIsGivenOnce() {
        Map<String, Object> nothing = new HashMap<>(Map.of("resource", "ui", "access", "write"));
        nothing.put("scope", null);
        Map<String, Object> once = Map.of("resource", "ui", "access", "write", "scope", "*");
        Map<String, Object> elevated = Map.of("resource", "ui", "access", "write", "elevated", true);

        DataPrismException failure = catchThrowableOfType(
                DataPrismException.class,
                () -> asked.replacedBy(Map.of(
                        "permissions",
                        List.of(
                                nothing,
                                Map.of("resource", "ui", "access", "write", "scope", ""),
                                Map.of("resource", "ui", "access", "write", "scope", 5),
                                once,
                                elevated))));

        assertThat(failure.code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(failure.violations())
                .extracting(DataPrismException.Violation::pointer)
                .containsExactly(
                        "#/permissions/0/scope", "#/permissions/1/scope", "#/permissions/2/scope", "#/permissions/4");
    }
}
