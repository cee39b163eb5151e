package hbprobe.e2e.servers;

import hbprobe.lab.Labs;
import java.nio.file.Files;
import java.nio.file.Path;

/** A certificate of the lab's server and its key in PEM files, made by openssl and keytool; nobody else has signed it. */
record Certificate(Path cert, Path key) {
    /** Good for two days. */
    static Certificate made(Path folder) throws Exception {
        Labs.needCommand("openssl", "openssl");
        Certificate made = new Certificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        ServerLab.ran(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-subj",
                "/CN=server",
                "-addext",
                "subjectAltName=DNS:server",
                "-days",
                "2",
                "-keyout",
                made.key().toString(),
                "-out",
                made.cert().toString());
        ServerLab.ran("chmod", "a+r", made.key().toString());
        return made;
    }

    /** It was good for a day, a month ago. */
    static Certificate expired(Path folder) throws Exception {
        Labs.needCommand("openssl", "openssl");
        Certificate made = new Certificate(folder.resolve("old.pem"), folder.resolve("old-key.pem"));
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
        openssl(store, "-nocerts", made.key());
        openssl(store, "-nokeys", made.cert());
        Files.delete(store);
        return made;
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
