package dev.uprobe.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which module and package may know which. */
class ArchitectureTest {
  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("dev.uprobe");
  }

  @ParameterizedTest
  @ValueSource(strings = {"api", "language", "kube", "operator", "e2e", "bench"})
  void packagesOfAModuleHaveNoCycle(String module) {
    slices().matching("dev.uprobe." + module + ".(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void packagesOfTheAgentHaveNoCycle() {
    slices().matching("dev.uprobe.agent.(**)").should().beFreeOfCycles().check(all);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev.uprobe.agent.binary.(*)..",
        "dev.uprobe.agent.events.(*)..",
        "dev.uprobe.agent.sys.(*).."
      })
  void partsOfARoomHaveNoCycle(String parts) {
    slices().matching(parts).should().beFreeOfCycles().check(all);
  }

  @Test
  void theApiDependsOnNothingElseOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.api..")
        .should()
        .dependOnClassesThat(ours().and(not(resideInAPackage("dev.uprobe.api.."))))
        .check(all);
  }

  @Test
  void theLanguageDependsOnTheApiOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.language..")
        .should()
        .dependOnClassesThat(
            ours().and(not(resideInAnyPackage("dev.uprobe.api..", "dev.uprobe.language.."))))
        .check(all);
  }

  /** It parses text that it is given. The exceptions of file systems it may put into words. */
  @Test
  void theLanguageDoesNoIo() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.language..")
        .should()
        .dependOnClassesThat(doIo())
        .check(all);
  }

  @Test
  void theEngineKnowsNeitherKubernetesNorAFrontEnd() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.agent.engine..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.fabric8..",
            "picocli..",
            "dev.uprobe.agent.cli..",
            "dev.uprobe.agent.node..",
            "dev.uprobe.agent.host..")
        .check(all);
  }

  /** The engine has a rule of its own. */
  @Test
  void onlyTheCommandLineAndTheBenchmarkKnowTheFrontEndsOfTheAgent() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.uprobe.agent.node..",
            "dev.uprobe.agent.host..",
            "dev.uprobe.agent.cli..",
            "dev.uprobe.agent.engine..",
            "dev.uprobe.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("dev.uprobe.agent.node..", "dev.uprobe.agent.host..")
        .check(all);
  }

  @Test
  void theFrontEndsOfTheAgentDoNotKnowEachOther() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.agent.node..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.uprobe.agent.host..")
        .check(all);
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.agent.host..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("dev.uprobe.agent.node..")
        .check(all);
  }

  /**
   * Besides, one class of the containers reads pods, and one of the command line opens the client.
   * The engine has a rule of its own.
   */
  @Test
  void theAgentKnowsKubernetesInItsNodeOnly() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.agent..")
        .and()
        .resideOutsideOfPackages(
            "dev.uprobe.agent.node..", "dev.uprobe.agent.metrics..", "dev.uprobe.agent.engine..")
        .and()
        .doNotHaveFullyQualifiedName("dev.uprobe.agent.containers.NodePod")
        .and()
        .doNotHaveFullyQualifiedName("dev.uprobe.agent.cli.NodeCommand")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.fabric8..")
        .check(all);
  }

  /** Events can be read and written without the rest of the agent. */
  @Test
  void theModelOfEventsKnowsNeitherItsReadersNorItsWriters() {
    noClasses()
        .that()
        .resideInAPackage("dev.uprobe.agent.events.model")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.uprobe.agent..")
                .and(not(resideInAPackage("dev.uprobe.agent.events.model"))))
        .check(all);
  }

  private static DescribedPredicate<JavaClass> ours() {
    return resideInAPackage("dev.uprobe..");
  }

  private static DescribedPredicate<JavaClass> doIo() {
    return resideInAnyPackage("java.net..", "java.nio.file..", "java.nio.channels..")
        .or(nameMatching("java\\.io\\.(File|RandomAccessFile|Console).*"))
        .or(nameMatching("java\\.lang\\.Process.*"))
        .and(not(assignableTo(Throwable.class)))
        .as("do I/O");
  }
}
