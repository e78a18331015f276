package io.dataprism.core.permission;

import static org.assertj.core.api.Assertions.assertThat;

import io.dataprism.core.permission.Permission.Access;
import io.dataprism.core.permission.Permission.Resource;
import io.dataprism.core.permission.Principal.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionTableTest {

    private static final Caller NODE = Caller.of(new Principal.Node("n1"));
    private static final Principal.User ANALYST =
            new Principal.User("ann", Set.of(Role.ANALYST), null, List.of("fli*"), List.of("calc*"));

    /** address; permission that opens it (empty: always, -: never); permission that does not. */
    @ParameterizedTest
    @CsvSource({
        "dataprism.service.data.query, data read flights, data write flights",
        "dataprism.service.data.tables, data execute *, ui read *",
        "dataprism.service.data.table, data read *, storage read *",
        "dataprism.service.data.load, data write *, data read *",
        "dataprism.service.data.keep, data execute *, data read *",
        "dataprism.service.storage.get, storage read *, storage write *",
        "dataprism.service.storage.list, storage read a, data read *",
        "dataprism.service.storage.set, storage write *, storage read *",
        "dataprism.service.storage.delete, storage execute *, storage read *",
        "dataprism.service.network.fetch, network write *, network read *",
        "dataprism.service.network.connect, network execute *, network write *",
        "dataprism.service.ui.render, ui write *, ui read *",
        "dataprism.service.metrics.counters, core read metrics, core read config",
        "dataprism.service.config.get, , ",
        "dataprism.service.config.set, core write config, core read config",
        "dataprism.service.logger, , ",
        "dataprism.service.llm.complete, core execute llm, core read llm",
        "dataprism.plugin.other, core execute plugin:other, core execute plugin:others",
        "dataprism.plugin.other, core execute plugin:*, core read plugin:other",
        "dataprism.events.publish, , ",
        "dataprism.events.subscribe, , ",
        "dataprism.engine, -, data execute *",
        "dataprism.engine.cancel, -, core execute *",
        "dataprism.node.n1.streams, -, core execute *",
        "dataprism.audit, -, core execute *",
        "dataprism.catalog, -, core execute *",
        "dataprism.service.unheard.of, -, core execute *",
        "__vertx.reply.17, -, core execute *",
        "anything, -, core execute *",
    })
    void anAddressNeedsItsPermission(String address, String opens, String doesNot) {
        if (opens == null) {
            assertThat(table().decide(plugin("p"), address)).isInstanceOf(Decision.Allowed.class);
            return;
        }
        assertThat(table().decide(plugin("p"), address)).isInstanceOf(Decision.Refused.class);
        assertThat(table(grant(doesNot)).decide(plugin("p"), address)).isInstanceOf(Decision.Refused.class);
        if (!opens.equals("-")) {
            assertThat(table(grant(opens)).decide(plugin("p"), address)).isInstanceOf(Decision.Allowed.class);
            assertThat(table().decide(NODE, address)).isInstanceOf(Decision.Allowed.class);
        }
    }

    @Test
    void theNodeMayAddressTheNodeAndNobodyMayInventAddresses() {
        assertThat(table().decide(NODE, "dataprism.engine")).isInstanceOf(Decision.Allowed.class);
        assertThat(table().decide(NODE, "dataprism.node.n1.streams")).isInstanceOf(Decision.Allowed.class);
        assertThat(table().decide(NODE, "anything")).isInstanceOf(Decision.Refused.class);
        assertThat(table().decide(Caller.of(Principal.User.admin()), "dataprism.engine"))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void aFetchThatOnlyReadsNeedsOnlyRead() {
        PermissionTable table = table(grant("network read api.acme.com:443"));

        assertThat(table.decide(plugin("p"), "dataprism.service.network.fetch", Map.of("dataprism-method", "GET")))
                .isEqualTo(new Decision.Allowed(Map.of("dataprism-scope", "[[\"api.acme.com:443\"]]")));
        assertThat(table.decide(plugin("p"), "dataprism.service.network.fetch", Map.of("dataprism-method", "POST")))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void everyLinkOfTheChainNarrowsTheTables() {
        Caller chain = new Caller(new Principal.Plugin("p"), Caller.of(ANALYST));

        TableScope scope = tables(table(grant("data read *")).decide(chain, "dataprism.service.data.query"));

        assertThat(scope.allows("flights")).isTrue();
        assertThat(scope.allows("salaries")).isFalse();
    }

    @Test
    void anElevatedGrantHoldsForThoseBehindIt() {
        Caller chain = new Caller(new Principal.Plugin("p"), Caller.of(ANALYST));
        Grant elevated = new Grant(new Permission(Resource.DATA, Access.READ, "salaries"), true);

        TableScope scope = tables(table(elevated, grant("data read *")).decide(chain, "dataprism.service.data.query"));

        assertThat(scope.allows("salaries")).isTrue();
        assertThat(scope.allows("flights")).isTrue();
        assertThat(scope.allows("secrets")).isFalse();
    }

    @Test
    void keepingAQuerysRowsNeedsReadingAndWritingAndTellsBothScopes() {
        String keep = "dataprism.service.data.keep";
        assertThat(table(grant("data read flights")).decide(plugin("p"), keep)).isInstanceOf(Decision.Refused.class);
        assertThat(table(grant("data write kept")).decide(plugin("p"), keep)).isInstanceOf(Decision.Refused.class);

        Decision decision =
                table(grant("data read flights"), grant("data write kept")).decide(plugin("p"), keep);

        assertThat(((Decision.Allowed) decision).headers())
                .isEqualTo(Map.of(TableScope.HEADER, "[[\"flights\"]]", TableScope.TARGET_HEADER, "[[\"kept\"]]"));
        assertThat(PermissionTable.SCOPE_HEADERS).contains(TableScope.TARGET_HEADER);
    }

    @Test
    void aUserWithoutTheRoleIsRefusedWhoeverServes() {
        Principal.User subscriber = new Principal.User("sue", Set.of(Role.SUBSCRIBER), null, null, null);
        Caller chain = new Caller(new Principal.Plugin("p"), Caller.of(subscriber));

        Decision decision = table(grant("data read *")).decide(chain, "dataprism.service.data.query");

        assertThat(((Decision.Refused) decision).offender()).isEqualTo(subscriber);
    }

    @ParameterizedTest
    @CsvSource({
        "ADMIN, dataprism.service.data.load, true",
        "ADMIN, dataprism.plugin.any, true",
        "ADMIN, dataprism.service.metrics.x, true",
        "ADMIN, dataprism.events.publish, true",
        "OPERATOR, dataprism.service.metrics.x, true",
        "OPERATOR, dataprism.service.data.query, false",
        "OPERATOR, dataprism.plugin.any, false",
        "OPERATOR, dataprism.events.subscribe, false",
        "ANALYST, dataprism.service.data.query, true",
        "ANALYST, dataprism.service.data.load, true",
        "ANALYST, dataprism.plugin.any, true",
        "ANALYST, dataprism.events.subscribe, false",
        "SUBSCRIBER, dataprism.events.subscribe, true",
        "SUBSCRIBER, dataprism.events.publish, true",
        "SUBSCRIBER, dataprism.plugin.any, false",
    })
    void rolesOpenWhatTheyShould(Role role, String address, boolean allowed) {
        Caller user = Caller.of(new Principal.User("u", Set.of(role), null, null, null));
        assertThat(table().decide(user, address) instanceof Decision.Allowed).isEqualTo(allowed);
    }

    @Test
    void patternsOfATokenNarrow() {
        assertThat(table().decide(Caller.of(ANALYST), "dataprism.plugin.calculator"))
                .isInstanceOf(Decision.Allowed.class);
        assertThat(table().decide(Caller.of(ANALYST), "dataprism.plugin.other")).isInstanceOf(Decision.Refused.class);
        Principal.User nothing = new Principal.User("x", Set.of(Role.ANALYST), null, List.of(), null);
        assertThat(table().decide(Caller.of(nothing), "dataprism.service.data.query"))
                .isInstanceOf(Decision.Refused.class);
    }

    @Test
    void topicsTravelLinkByLinkAndOwnTopicsAlways() {
        Principal.User user = new Principal.User("u", Set.of(Role.SUBSCRIBER), List.of("acme:*"), null, null);
        Caller chain = new Caller(new Principal.Plugin("p"), Caller.of(user));
        PermissionTable table = table(grant("core write events:acme:**"));

        assertThat(table.decide(chain, "dataprism.events.publish"))
                .isEqualTo(new Decision.Allowed(Map.of(
                        PermissionTable.TOPIC_SCOPE_HEADER,
                        "[[\"acme:**\",\"plugin:p:**\"],[\"acme:*\",\"plugin:p:**\"]]")));
        assertThat(table.decide(NODE, "dataprism.events.publish"))
                .isEqualTo(new Decision.Allowed(Map.of(PermissionTable.TOPIC_SCOPE_HEADER, "[[\"**\"]]")));
    }

    @Test
    void aChainThatIsTooLongIsRefused() {
        Caller chain = Caller.of(Principal.User.admin());
        for (int depth = 0; depth < 100; depth++) {
            chain = new Caller(new Principal.Plugin("p"), chain);
        }
        assertThat(table(grant("data read *")).decide(chain, "dataprism.service.data.query"))
                .isInstanceOfSatisfying(
                        Decision.Refused.class,
                        refused -> assertThat(refused.missing()).contains("chain"));
    }

    @Test
    void aRefusalSaysWhoWhereWhatAndHow() {
        Decision.Refused refused = (Decision.Refused) table().decide(plugin("p"), "dataprism.plugin.other");

        assertThat(refused.toException().detail())
                .contains("/plugins/p")
                .contains("dataprism.plugin.other")
                .contains("core execute 'plugin:other'");
        assertThat(refused.toException().hint())
                .contains("PUT /v1/plugins/p/grants")
                .contains("plugin:other");
    }

    private static TableScope tables(Decision decision) {
        return TableScope.decode(((Decision.Allowed) decision).headers().get(TableScope.HEADER));
    }

    private static Caller plugin(String name) {
        return Caller.of(new Principal.Plugin(name));
    }

    private static Grant grant(String text) {
        String[] parts = text.split(" ");
        return new Grant(
                new Permission(
                        Resource.valueOf(parts[0].toUpperCase()), Access.valueOf(parts[1].toUpperCase()), parts[2]),
                false);
    }

    private static PermissionTable table(Grant... grants) {
        List<Grant> all = Arrays.asList(grants);
        Grants given = new Grants(all.stream().map(Grant::permission).toList(), all);
        return new PermissionTable(name -> name.equals("p") ? given : Grants.NONE);
    }
}
