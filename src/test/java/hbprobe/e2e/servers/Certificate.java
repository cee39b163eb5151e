package hbprobe.e2e.servers;

import hbprobe.lab.Labs;
import java.nio.file.Path;

/** A certificate for the lab's server, which nobody has signed but itself. */
record Certificate(Path certificate, Path key) {

    static Certificate made(Path folder) throws Exception {
        Labs.needCommand("openssl", "openssl");
        Certificate made = new Certificate(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        ServerLab.ran(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                made.key.toString(),
                "-out",
                made.certificate.toString(),
                "-days",
                "2",
                "-subj",
                "/CN=server",
                "-addext",
                "subjectAltName=DNS:server");
        return made;
    }
}
