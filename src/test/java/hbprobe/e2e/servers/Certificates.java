package hbprobe.e2e.servers;

import java.nio.file.Files;
import java.nio.file.Path;

/** Certificates for tests, made by openssl and keytool: in PEM, for the host {@code server}. */
final class Certificates {
    private Certificates() {}

    /** A certificate file and the file of its key. */
    record Pair(Path cert, Path key) {}

    /** One that signs itself and is good for two days. */
    static Pair selfSigned(Path folder) throws Exception {
        Pair pair = new Pair(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        ServerLab.ran(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-subj",
                "/CN=server",
                "-addext",
                "subjectAltName=DNS:server",
                "-days",
                "2",
                "-keyout",
                pair.key().toString(),
                "-out",
                pair.cert().toString());
        ServerLab.ran("chmod", "a+r", pair.key().toString());
        return pair;
    }

    /** One that signs itself and was good for a day, a month ago. */
    static Pair expired(Path folder) throws Exception {
        Pair pair = new Pair(folder.resolve("old.pem"), folder.resolve("old-key.pem"));
        Path store = folder.resolve("old.p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        ServerLab.ran(
                keytool,
                "-genkeypair",
                "-alias",
                "old",
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-dname",
                "CN=server",
                "-ext",
                "san=dns:server",
                "-startdate",
                "-30d",
                "-validity",
                "1",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "unimportant");
        openssl(store, "-nocerts", pair.key());
        openssl(store, "-nokeys", pair.cert());
        Files.delete(store);
        return pair;
    }

    private static void openssl(Path store, String what, Path out) throws Exception {
        ServerLab.ran(
                "openssl",
                "pkcs12",
                "-in",
                store.toString(),
                "-passin",
                "pass:unimportant",
                "-nodes",
                what,
                "-out",
                out.toString());
    }
}
