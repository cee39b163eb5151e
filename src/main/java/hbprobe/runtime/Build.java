package hbprobe.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What was fixed when the program was built. */
public final class Build {
    private static final String VERSION = readVersion();

    private Build() {}

    /** The version, as in {@code pom.xml}. */
    public static String version() {
        return VERSION;
    }

    private static String readVersion() {
        Properties properties = new Properties();
        // A file of its own, since the manifest does not survive every way of packaging.
        try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
            if (in == null) {
                return "unknown";
            }
            properties.load(in);
            return properties.getProperty("version", "unknown");
        } catch (IOException e) {
            throw new UncheckedIOException("read build.properties", e);
        }
    }
}
