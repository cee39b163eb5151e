package hbprobe;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Which package may use which. The arrows of ARCHITECTURE.md, held against the class files. */
class ArchitectureTest {
    private static final String ROOT = "hbprobe.";

    private static final Map<String, Set<String>> ALLOWED = Map.ofEntries(
            Map.entry(
                    "cli", Set.of("tui", "report", "lab", "responder", "probe", "dialect", "net", "model", "runtime")),
            Map.entry("tui", Set.of("model", "runtime")),
            Map.entry("report", Set.of("model")),
            Map.entry("lab", Set.of("model", "runtime")),
            Map.entry("responder", Set.of("wire", "net", "model", "runtime")),
            Map.entry("probe", Set.of("engine", "dialect", "net", "model", "runtime")),
            Map.entry("dialect", Set.of("wire", "net", "model", "runtime")),
            Map.entry("net", Set.of("model", "runtime")),
            Map.entry("wire", Set.of()),
            Map.entry("engine", Set.of("model")),
            Map.entry("model", Set.of()),
            Map.entry("runtime", Set.of()));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
            .importPackages("hbprobe");

    @Test
    void noPackageUsesWhatItMayNot() {
        assertThat(violations(ALLOWED)).isEmpty();
    }

    @Test
    void everyPackageIsInTheTable() {
        Set<String> packages =
                CLASSES.stream().map(ArchitectureTest::packageOf).collect(Collectors.toCollection(TreeSet::new));

        assertThat(packages).containsExactlyInAnyOrderElementsOf(ALLOWED.keySet());
    }

    @Test
    void aForbiddenUseWouldBeNoticed() {
        Map<String, Set<String>> tooStrict = new HashMap<>(ALLOWED);
        tooStrict.put("report", Set.of());

        assertThat(violations(tooStrict))
                .isNotEmpty()
                .allSatisfy(
                        violation -> assertThat(violation).contains("report").contains("hbprobe.model."));
    }

    @Test
    void theEngineKnowsNoSocket() {
        assertThat(CLASSES.stream()
                        .filter(type -> packageOf(type).equals("engine"))
                        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                        .map(dependency -> dependency.getTargetClass().getPackageName())
                        .filter(name -> name.startsWith("io.netty") || name.equals("java.net")))
                .isEmpty();
    }

    private static List<String> violations(Map<String, Set<String>> allowed) {
        return CLASSES.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> {
                    JavaClass target = dependency.getTargetClass().getBaseComponentType();
                    String from = packageOf(dependency.getOriginClass());
                    String to = packageOf(target);
                    return target.getPackageName().startsWith(ROOT)
                            && !from.equals(to)
                            && !allowed.getOrDefault(from, Set.of()).contains(to);
                })
                .map(dependency -> dependency.getDescription())
                .sorted()
                .toList();
    }

    /** The first word below the root: what avaje generates in {@code model.jsonb} belongs to {@code model}. */
    private static String packageOf(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith(ROOT) ? name.substring(ROOT.length()).split("\\.")[0] : "";
    }
}
