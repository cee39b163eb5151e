package hbprobe.lab;

import hbprobe.lab.LabSettings.Family;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The hosts in a row, their links and addresses, as the shell script that builds them.
 *
 * <pre>
 * client 192.0.2.2/25 - 192.0.2.1 router 192.0.2.129 - 192.0.2.130 nat 198.51.100.1 - 198.51.100.2, .3 server
 * </pre>
 *
 * Further routers are joined by networks of 203.0.113.0/24; IPv6 gives each link a /64 of 2001:db8::/32.
 */
final class Topology {
    /** A link and its two ends; {@code near} is the end towards the client. */
    private record Link(
            String nearNode, String nearPort, String near, String farNode, String farPort, String far, int prefix) {}

    /**
     * Every port has an interface index of its own. Where both ends of a pair have the same one, which they would have
     * as the first ports of two hosts, the kernel takes a port for no pair and delays the news of its carrier by up to
     * a second, in which packets are lost.
     */
    private static final int FIRST_INDEX = 10;

    private final LabSettings settings;
    private final List<String> nodes = new ArrayList<>();
    private final List<Link> links = new ArrayList<>();

    Topology(LabSettings settings) {
        this.settings = settings;
        nodes.add(Node.CLIENT.namespace());
        nodes.add(Node.ROUTER.namespace());
        for (int i = 2; i <= settings.hops(); i++) {
            nodes.add(Node.ROUTER.namespace() + i);
        }
        nodes.add(Node.NAT.namespace());
        nodes.add(Node.SERVER.namespace());
        for (int i = 0; i + 1 < nodes.size(); i++) {
            links.add(settings.family() == Family.IPV4 ? linkV4(i) : linkV6(i));
        }
    }

    private Link linkV4(int index) {
        if (index == 0) {
            return link(index, "192.0.2.2", "192.0.2.1", 25);
        }
        if (index == nodes.size() - 2) {
            return link(index, "198.51.100.1", "198.51.100.2", 24);
        }
        if (index == nodes.size() - 3) {
            return link(index, "192.0.2.129", "192.0.2.130", 25);
        }
        int network = 4 * (index - 1);
        return link(index, "203.0.113." + (network + 1), "203.0.113." + (network + 2), 30);
    }

    private Link linkV6(int index) {
        String network = "2001:db8:" + (index + 1) + "::";
        return index == 0 ? link(index, network + 2, network + 1, 64) : link(index, network + 1, network + 2, 64);
    }

    /** Ports are called after the host's initial: {@code 0} towards the client, {@code 1} towards the server. */
    private Link link(int index, String near, String far, int prefix) {
        String nearNode = nodes.get(index);
        String farNode = nodes.get(index + 1);
        return new Link(
                nearNode,
                nearNode.charAt(0) + (index == 0 ? "0" : "1"),
                near,
                farNode,
                farNode.charAt(0) + "0",
                far,
                prefix);
    }

    private Link first() {
        return links.get(0);
    }

    private Link last() {
        return links.get(links.size() - 1);
    }

    /** Where the client is. */
    InetAddress client() {
        return literal(first().near);
    }

    /** The middlebox on the server's side. */
    InetAddress outside() {
        return literal(last().near);
    }

    /** Where the server is. */
    InetAddress server() {
        return literal(last().far);
    }

    /** The server's other address, on the same link. */
    InetAddress serversOther() {
        return literal(serversOtherAddress());
    }

    private String serversOtherAddress() {
        String first = last().far;
        return first.substring(0, first.length() - 1) + "3"; // both families' end in 2
    }

    /** The server's one route besides that to its neighbour. */
    String serversRoute() {
        return "default via " + last().near;
    }

    /**
     * How the middlebox knows the server, and a command for it. Left to ask, it would ask once a second while the
     * server is away, answer the client "host unreachable" after three seconds, and after that find the server again
     * up to a second late.
     */
    String middleboxKnowsServer() {
        return neighbour(last().far, lastIndex() + 1, last().nearPort)
                + " && "
                + neighbour(serversOtherAddress(), lastIndex() + 1, last().nearPort);
    }

    /** The other way round. */
    String serverKnowsMiddlebox() {
        return neighbour(last().near, lastIndex(), last().farPort);
    }

    private static String neighbour(String address, int index, String port) {
        return "ip neigh replace %s lladdr %s dev %s nud permanent".formatted(address, hardware(index), port);
    }

    private int lastIndex() {
        return FIRST_INDEX + 2 * (links.size() - 1);
    }

    private static InetAddress literal(String address) {
        try {
            return InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(address + " is not a literal address", e);
        }
    }

    /**
     * The holder's whole life as a script for {@code sh}: it builds the hosts, prints {@code ready} and its process id,
     * and waits for the end of its stdin, which comes when the program closes the lab or dies in any way. Then it kills
     * every process in the lab; with it the last user of the namespaces goes, and the kernel removes them. A failure
     * before that prints what the command wrote and, last, {@code failed: } and the command.
     */
    String script() {
        StringBuilder script = new StringBuilder(PROLOGUE);
        names(script);
        for (String node : nodes) {
            script.append("try ip netns add ").append(node).append('\n');
            boolean forwards = !node.equals(nodes.get(0)) && !node.equals(nodes.get(nodes.size() - 1));
            sysctls(script, node, hostSysctls(forwards));
        }
        int index = FIRST_INDEX;
        for (Link link : links) {
            script.append("try ip link add %s type veth peer %s\n"
                    .formatted(port(link.nearPort, index, link.nearNode), port(link.farPort, index + 1, link.farNode)));
            index += 2;
            end(script, link.nearNode, link.nearPort, link.near, link.prefix);
            end(script, link.farNode, link.farPort, link.far, link.prefix);
        }
        for (String node : nodes) {
            script.append("try ip -n ").append(node).append(" link set lo up\n");
        }
        String nodad = settings.family() == Family.IPV6 ? " nodad" : "";
        script.append("try ip -n server addr add %s/%d dev %s%s\n"
                .formatted(serversOtherAddress(), last().prefix, last().farPort, nodad));
        routes(script);
        Ruleset rules = new Ruleset(settings, outside(), client());
        String nat = Node.NAT.namespace();
        script.append("try ip netns exec %s nft -f - <<'END'\n%sEND\n".formatted(nat, rules.nft()));
        sysctls(script, nat, rules.sysctls());
        return script.append(EPILOGUE).toString();
    }

    /** So that commands in the lab can say {@code server}, and servers need no resolver to look up their own name. */
    private void names(StringBuilder script) {
        script.append(
                "cat >/run/hosts <<'END'\n127.0.0.1 localhost\n::1 localhost\n%s client\n%s server\n%s server2\nEND\n"
                        .formatted(
                                client().getHostAddress(),
                                server().getHostAddress(),
                                serversOther().getHostAddress()));
        script.append("echo \"127.0.1.1 $(uname -n)\" >>/run/hosts\n");
        script.append("[ ! -e /etc/hosts ] || try mount --bind /run/hosts /etc/hosts\n");
    }

    private List<String> hostSysctls(boolean forwards) {
        List<String> sysctls = new ArrayList<>();
        if (settings.family() == Family.IPV4) {
            sysctls.add("net/ipv4/ip_forward " + (forwards ? 1 : 0));
        } else {
            sysctls.add("net/ipv6/conf/all/forwarding " + (forwards ? 1 : 0));
            // An address is usable at once, not after a second of asking for duplicates …
            sysctls.add("net/ipv6/conf/default/accept_dad 0");
            // … and stays when its link is cut, as an IPv4 address does.
            sysctls.add("net/ipv6/conf/all/keep_addr_on_down 1");
        }
        return sysctls;
    }

    private static String port(String name, int index, String node) {
        return "name %s index %d netns %s address %s".formatted(name, index, node, hardware(index));
    }

    /** Of the range that nobody is assigned. */
    private static String hardware(int index) {
        return "02:00:00:00:00:%02x".formatted(index);
    }

    private static void sysctls(StringBuilder script, String node, List<String> lines) {
        script.append("sysctls %s <<'END'\n%s\nEND\n".formatted(node, String.join("\n", lines)));
    }

    private void end(StringBuilder script, String node, String port, String address, int prefix) {
        String nodad = settings.family() == Family.IPV6 ? " nodad" : "";
        script.append("try ip -n %s addr add %s/%d dev %s%s\n".formatted(node, address, prefix, port, nodad));
        script.append("try ip -n %s link set %s up\n".formatted(node, port));
    }

    private void routes(StringBuilder script) {
        for (int i = 0; i + 2 < nodes.size(); i++) {
            script.append("try ip -n %s route add default via %s\n".formatted(nodes.get(i), links.get(i).far));
        }
        for (int i = 2; i + 1 < nodes.size(); i++) {
            script.append("try ip -n %s route add %s/%d via %s\n"
                    .formatted(nodes.get(i), network(first()), first().prefix, links.get(i - 1).near));
        }
        script.append("try ip -n server route add " + serversRoute() + "\n");
        script.append("try ip netns exec nat sh -c '" + middleboxKnowsServer() + "'\n");
        script.append("try ip netns exec server " + serverKnowsMiddlebox() + "\n");
        // A cut cable is silent: without this the middlebox would answer "network unreachable" meanwhile.
        script.append(
                "try ip -n nat route add blackhole %s/%d metric 65535\n".formatted(network(last()), last().prefix));
    }

    /** Of the first and the last link, whose networks end in zero. */
    private static String network(Link link) {
        String near = link.near;
        int end = Math.max(near.lastIndexOf('.'), near.lastIndexOf(':'));
        return near.substring(0, end + 1) + (near.contains(":") ? "" : "0");
    }

    private static final String PROLOGUE = """
            exec 2>&1
            fail() { echo "failed: $1"; exit 1; }
            try() { "$@" || fail "$*"; }
            sysctls() {
                ip netns exec "$1" sh -c '
                    while read -r key value; do
                        echo "$value" >"/proc/sys/$key" || { echo "failed: set sysctl $key to $value"; exit 1; }
                    done' || exit 1
            }
            try mount -t tmpfs lab /run
            try mkdir /run/netns
            """;

    /**
     * A signal ends the wait as well. Whoever shares the mount namespace is in the lab; a process may fork while it is
     * being looked for, hence the loop, which is bounded since a process that the kernel can't end must not hold it.
     */
    private static final String EPILOGUE = """
            trap : INT TERM HUP
            echo "ready $$"
            exec >/dev/null 2>&1
            while read -r line; do :; done
            round=0
            while [ $round -lt 100 ]; do
                left=
                for process in /proc/[0-9]*; do
                    if [ "$process/ns/mnt" -ef "/proc/$$/ns/mnt" ] && [ "$process" != "/proc/$$" ]; then
                        left="$left ${process#/proc/}"
                    fi
                done
                [ -z "$left" ] && exit 0
                kill -KILL $left
                sleep 0.02
                round=$((round + 1))
            done
            """;
}
