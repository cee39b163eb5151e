package hbprobe.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class ToolsTest {
    @TempDir
    Path folder;

    @BeforeEach
    void allAreThere() throws IOException {
        for (String command : new String[] {"ip", "nft", "unshare", "nsenter", "setsid", "mount"}) {
            assertThat(Files.createFile(folder.resolve(command)).toFile().setExecutable(true))
                    .isTrue();
        }
    }

    @Test
    void nothingIsMissing() {
        assertThat(Tools.in(folder).missing()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ip, iproute2",
        "nft, nftables",
        "unshare, util-linux",
        "nsenter, util-linux",
        "setsid, util-linux",
        "mount, mount"
    })
    void aMissingCommandIsNamedWithItsPackage(String command, String debianPackage) throws IOException {
        Files.delete(folder.resolve(command));
        assertThat(Lab.unavailableBecause(Tools.in(folder)))
                .contains(command + " is missing (Debian package " + debianPackage + ")");
    }

    @Test
    void aFileThatCanNotBeExecutedIsNoCommand() {
        assertThat(folder.resolve("nft").toFile().setExecutable(false)).isTrue();
        assertThat(Tools.in(folder).has("nft")).isFalse();
    }

    @Test
    void theFoldersOfSystemCommandsAreSearchedToo() {
        assertThat(Tools.ofThisMachine().path().split(":")).contains("/usr/sbin", "/sbin");
    }
}
