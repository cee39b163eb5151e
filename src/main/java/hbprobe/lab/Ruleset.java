package hbprobe.lab;

import hbprobe.lab.LabSettings.Box;
import hbprobe.lab.LabSettings.Family;
import hbprobe.lab.LabSettings.Filtering;
import hbprobe.lab.LabSettings.Hairpin;
import hbprobe.lab.LabSettings.PickUp;
import hbprobe.lab.LabSettings.Ports;
import hbprobe.lab.LabSettings.Rejection;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** The middlebox's rules and timers: {@code n0} faces the client, {@code n1} the server. */
final class Ruleset {
    private final LabSettings settings;
    private final InetAddress outside;
    private final InetAddress client;

    /**
     * The rules of a middlebox.
     *
     * @param outside the middlebox's own address on the server's side
     * @param client whom it guards
     */
    Ruleset(LabSettings settings, InetAddress outside, InetAddress client) {
        this.settings = settings;
        this.outside = outside;
        this.client = client;
    }

    /** The input of {@code nft -f}. One statement a line: older versions accept nothing else. */
    String nft() {
        List<String> lines = new ArrayList<>();
        lines.add("table inet lab {");
        if (settings.udp().filtering() == Filtering.ADDRESS) {
            lines.addAll(ADDRESSES_SPOKEN_TO);
        }
        lines.add("chain through {");
        lines.add("type filter hook forward priority 0");
        if (settings.towardsClient() == Rejection.RESET) {
            lines.add("iifname \"n0\" ct state invalid meta l4proto tcp reject with tcp reset");
        }
        if (settings.towardsServer() == Rejection.RESET) {
            lines.add("iifname \"n1\" ct state invalid meta l4proto tcp reject with tcp reset");
        }
        lines.add("ct state invalid drop");
        if (settings.box() == Box.NAT) {
            lines.addAll(letIn());
        }
        lines.addAll(settings.box() == Box.NAT ? clientGuard() : serverGuard());
        lines.add("}");
        if (translates() && settings.towardsServer() == Rejection.SILENT) {
            lines.add("chain own {");
            lines.add("type filter hook input priority 0");
            // A push for an expired flow is addressed to the NAT host; without this its kernel answers with RST.
            lines.add("iifname \"n1\" meta l4proto { tcp, udp } drop");
            lines.add("}");
        }
        lines.add("}");
        if (translates()) {
            lines.add("table ip translation {");
            lines.addAll(forwarding());
            lines.add("chain outbound {");
            lines.add("type nat hook postrouting priority 100");
            // Not masquerade: it forgets every flow when its link goes down, and a pulled cable must not.
            lines.add("oifname \"n1\" snat to " + outside.getHostAddress()
                    + (settings.udp().ports() == Ports.RANDOM ? " fully-random" : ""));
            if (settings.udp().hairpin() == Hairpin.ON) {
                lines.add("iifname \"n0\" oifname \"n0\" snat to " + outside.getHostAddress());
            }
            lines.add("}");
            lines.add("}");
        }
        return String.join("\n", lines) + "\n";
    }

    /** By the client's port, which is the same on both sides, and the address outside. */
    private static final List<String> ADDRESSES_SPOKEN_TO = List.of(
            "set spoken4 {",
            "type inet_service . ipv4_addr",
            "size 65535",
            "flags dynamic,timeout",
            "timeout 300s",
            "}",
            "set spoken6 {",
            "type inet_service . ipv6_addr",
            "size 65535",
            "flags dynamic,timeout",
            "timeout 300s",
            "}");

    /** New UDP flows from outside that the filter has nothing against. */
    private List<String> letIn() {
        return switch (settings.udp().filtering()) {
            case ADDRESS_AND_PORT -> List.of();
            case ADDRESS ->
                List.of(
                        "oifname \"n1\" meta l4proto udp update @spoken4 { udp sport . ip daddr }",
                        "oifname \"n1\" meta l4proto udp update @spoken6 { udp sport . ip6 daddr }",
                        "iifname \"n1\" ct state new udp dport . ip saddr @spoken4 accept",
                        "iifname \"n1\" ct state new udp dport . ip6 saddr @spoken6 accept");
            case OPEN -> List.of("iifname \"n1\" ct state new meta l4proto udp accept");
        };
    }

    /** What is sent to the outside address goes to the client, from outside, from inside or both. */
    private List<String> forwarding() {
        List<String> lines = new ArrayList<>();
        boolean isFromOutside = settings.udp().filtering() != Filtering.ADDRESS_AND_PORT;
        boolean isFromInside = settings.udp().hairpin() == Hairpin.ON;
        if (isFromOutside || isFromInside) {
            String from = isFromOutside && isFromInside ? "" : "iifname " + (isFromOutside ? "\"n1\" " : "\"n0\" ");
            lines.add("chain inbound {");
            lines.add("type nat hook prerouting priority -100");
            lines.add(from + "ip daddr " + outside.getHostAddress() + " meta l4proto udp dnat to "
                    + client.getHostAddress());
            lines.add("}");
        }
        return lines;
    }

    private List<String> clientGuard() {
        List<String> lines = new ArrayList<>();
        if (settings.towardsServer() == Rejection.RESET) {
            lines.add("iifname \"n1\" ct state new meta l4proto tcp reject with tcp reset");
        }
        lines.add("iifname \"n1\" ct state new drop");
        return lines;
    }

    private List<String> serverGuard() {
        return List.of("iifname \"n0\" ct state new tcp flags & (fin|syn|rst|ack) != syn "
                + (settings.towardsClient() == Rejection.RESET ? "reject with tcp reset" : "drop"));
    }

    private boolean translates() {
        return settings.box() == Box.NAT && settings.family() == Family.IPV4;
    }

    /** Lines of {@code key value} below {@code /proc/sys}. They exist once a rule asks for a {@code ct} state. */
    List<String> sysctls() {
        long timeoutS = settings.idleTimeout().toSeconds();
        long singleS = settings.udp().single().orElse(settings.idleTimeout()).toSeconds();
        long streamS = settings.udp().stream().orElse(settings.idleTimeout()).toSeconds();
        return List.of(
                "net/netfilter/nf_conntrack_tcp_timeout_established " + timeoutS,
                "net/netfilter/nf_conntrack_tcp_loose " + (settings.pickUp() == PickUp.ON ? 1 : 0),
                "net/netfilter/nf_conntrack_udp_timeout " + singleS,
                "net/netfilter/nf_conntrack_udp_timeout_stream " + streamS);
    }
}
