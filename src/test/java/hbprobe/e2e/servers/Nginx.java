package hbprobe.e2e.servers;

import hbprobe.lab.Labs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** nginx as Debian ships it, in a folder of its own. */
final class Nginx {
    /** What it is asked for and answers at once. */
    static final String AT_ONCE = "location / { return 200 here; }";

    /** The echo module sleeps without holding anything up. */
    static final String LATE = "location ~ ^/delay/([0-9.]+)$ { echo_sleep $1; echo late; }";

    private static final String ECHO_MODULE = "/usr/lib/nginx/modules/ngx_http_echo_module.so";

    private Nginx() {}

    /**
     * The command line that runs it.
     *
     * @param servers lines of its {@code http} block
     */
    static List<String> command(Path folder, String... servers) throws Exception {
        Labs.needCommand("nginx", "nginx-light");
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                user root;
                daemon off;
                worker_processes 1;
                load_module %s;
                pid %s/nginx.pid;
                error_log stderr;
                events {}
                http {
                  access_log off;
                  client_body_temp_path %2$s/body;
                  proxy_temp_path %2$s/proxy;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  %s
                }
                """.formatted(ECHO_MODULE, folder, String.join("\n  ", servers)));
        return List.of("nginx", "-e", "stderr", "-c", configuration.toString());
    }

    /** The lines that put a server under TLS. */
    static String tls(Certificate certificate) {
        return "ssl_certificate " + certificate.cert() + "; ssl_certificate_key " + certificate.key() + ";";
    }
}
