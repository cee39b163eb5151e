/**
 * A real middlebox that this machine plays: network namespaces with routers, a NAT or firewall and a server, without
 * root. {@link hbprobe.lab.Lab} builds it as {@link hbprobe.lab.LabSettings} says, runs commands on its {@link
 * hbprobe.lab.Node}s and stages faults; {@link hbprobe.lab.LabException} says which command failed. May use {@code
 * model} and {@code runtime}.
 */
@NullMarked
package hbprobe.lab;

import org.jspecify.annotations.NullMarked;
