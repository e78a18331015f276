package io.dataprism.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: plugin-api, plugin-sandbox, core, verticles, cli. Each package says that it is null-marked. */
class LayeringTest {

    private static final String API = "io.dataprism.plugin..";
    private static final String SANDBOX = "io.dataprism.sandbox..";
    private static final String CORE = "io.dataprism.core..";
    private static final String CLI = "io.dataprism.cli..";
    private static final String TESTKIT = "io.dataprism.testkit..";
    private static final String CLIENT = "io.dataprism.client..";
    private static final String BUNDLED = "io.dataprism.plugins..";
    private static final String DRAWING = "io.dataprism.plugins.drawing..";
    /** What the tests of bundled plugins share: in a jar like theirs, but a test's. */
    private static final String TESTING = "/io/dataprism/plugins/testing/";

    private static final String[] VERTICLES = {
        "io.dataprism.bus..",
        "io.dataprism.cluster..",
        "io.dataprism.engine..",
        "io.dataprism.stream..",
        "io.dataprism.host..",
        "io.dataprism.event..",
        "io.dataprism.audit..",
        "io.dataprism.service..",
        "io.dataprism.gateway..",
        "io.dataprism.node.."
    };

    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains(TESTING))
            .importPackages("io.dataprism");

    /** Without this, a rule over an empty set of classes would pass. */
    @Test
    void theRulesSeeEveryModule() {
        for (String pattern : List.of(
                API, SANDBOX, TESTKIT, CORE, CLI, CLIENT, BUNDLED, "io.dataprism.gateway..", "io.dataprism.node..")) {
            String prefix = pattern.substring(0, pattern.length() - 2);
            assertThat(OURS.stream()
                            .filter(each -> each.getPackageName().equals(prefix)
                                    || each.getPackageName().startsWith(prefix + ".")))
                    .as("classes in " + pattern)
                    .isNotEmpty();
        }
    }

    @Test
    void pluginApiKnowsNothingOfUs() {
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(SANDBOX, CORE, CLI, BUNDLED, "io.vertx..")
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(VERTICLES)
                .check(OURS);
    }

    @Test
    void theChildKnowsTheApiAlone() {
        noClasses()
                .that()
                .resideInAPackage(SANDBOX)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CORE, CLI, BUNDLED, "io.vertx..", "org.duckdb..")
                .check(OURS);
    }

    @Test
    void theDomainHasNoVerticleInIt() {
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.vertx..", CLI, BUNDLED)
                .check(OURS);
        noClasses()
                .that()
                .resideInAPackage(CORE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(VERTICLES)
                .check(OURS);
    }

    @Test
    void onlyTheRoomsOfTheClusterKnowHazelcast() {
        noClasses()
                .that()
                .resideInAPackage("io.dataprism..")
                .and()
                .resideOutsideOfPackages("io.dataprism.cluster..", "io.dataprism.load..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("com.hazelcast..", "io.vertx.spi.cluster..")
                .check(OURS);
    }

    @Test
    void theServiceKnowsNothingOfItsCommandLine() {
        noClasses()
                .that()
                .resideInAnyPackage(VERTICLES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(CLI, BUNDLED)
                .check(OURS);
    }

    @Test
    void bundledPluginsSeeTheApiAlone() {
        classes()
                .that()
                .resideInAPackage(BUNDLED)
                .and()
                .resideOutsideOfPackage(DRAWING)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        API,
                        BUNDLED,
                        "org.postgresql..", // a package may carry its libraries
                        "java..",
                        "javax..",
                        "org.apache.arrow..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.jspecify..")
                .check(OURS);
    }

    @Test
    void drawingSeesTheApiAndTheLibraryForPdfAlone() {
        classes()
                .that()
                .resideInAPackage(DRAWING)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        API,
                        DRAWING,
                        "java..",
                        "javax..",
                        "org.apache.arrow..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.jspecify..",
                        "org.apache.pdfbox..",
                        "org.apache.fontbox..")
                .check(OURS);
    }

    /** It speaks to nodes of any version, by their contract. */
    @Test
    void theClientSeesNothingOfOurs() {
        classes()
                .that()
                .resideInAPackage(CLIENT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        CLIENT,
                        "java..",
                        "org.apache.arrow..",
                        "com.fasterxml.jackson..",
                        "reactor..",
                        "org.reactivestreams..",
                        "org.jspecify..")
                .check(OURS);
    }

    /** It is on the class path of plugins' tests: what it needs, they get. */
    @Test
    void theTestkitSeesTheApiAlone() {
        classes()
                .that()
                .resideInAPackage(TESTKIT)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        API, TESTKIT, "java..", "org.apache.arrow..", "com.fasterxml.jackson..", "org.jspecify..")
                .check(OURS);
    }

    /** What is published can be read without knowing what serves it. */
    @Test
    void theContractKnowsNothingOfWhatServesIt() {
        noClasses()
                .that()
                .resideInAPackage("io.dataprism.gateway.contract..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(VERTICLES).and(not(resideInAnyPackage("io.dataprism.gateway.contract.."))))
                .check(OURS);
    }

    @Test
    void onlyTheEngineTouchesDuckDb() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dataprism.core.dataset..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.duckdb..")
                .check(OURS);
    }

    @Test
    void onlyTheEngineThatIsElsewhereTouchesFlight() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.dataprism.core.flight..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.apache.arrow.flight..", "io.grpc..", "com.google.protobuf..")
                .check(OURS);
    }

    @Test
    void packagesOfTheServiceAreNotInACircle() {
        slices().matching("io.dataprism.core.(*)..").should().beFreeOfCycles().check(OURS);
    }

    @Test
    void everyPackageIsNullMarked() {
        var unmarked = OURS.stream()
                .map(JavaClass::getPackage)
                .filter(each -> !each.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .map(JavaPackage::getName)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(unmarked).as("packages without a null-marked package-info").isEmpty();
    }
}
