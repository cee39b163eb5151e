import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Puts scripts in front of a jar. Joining the files would do for Java, but not for stricter readers of zip files: every
 * offset in the jar's directory has to grow by the length of what is in front.
 */
final class OneFile {
    private OneFile() {}

    /** Arguments: the jar, the result, the scripts in their order. */
    public static void main(String[] args) throws Exception {
        StringBuilder script = new StringBuilder("#!/bin/sh\n");
        for (int i = 2; i < args.length; i++) {
            script.append(Files.readString(Path.of(args[i]))).append('\n');
        }
        script.append("exit # the rest is no shell script\n");

        Path result = Path.of(args[1]);
        Files.deleteIfExists(result);
        try (ZipFile jar = ZipFile.builder().setFile(new File(args[0])).get();
                ZipArchiveOutputStream out = new ZipArchiveOutputStream(result.toFile())) {
            out.writePreamble(script.toString().getBytes(StandardCharsets.UTF_8));
            for (ZipArchiveEntry entry : Collections.list(jar.getEntriesInPhysicalOrder())) {
                out.addRawArchiveEntry(entry, jar.getRawInputStream(entry));
            }
        }
        if (!result.toFile().setExecutable(true, false)) {
            throw new IllegalStateException("make " + result + " executable");
        }
    }
}
