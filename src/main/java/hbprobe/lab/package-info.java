/**
 * A real middlebox that this machine plays: network namespaces with routers, a NAT or firewall and a server, without
 * root. {@link hbprobe.lab.Lab} builds it as {@link hbprobe.lab.LabSettings} says, runs commands on its {@link
 * hbprobe.lab.Node}s and stages faults; {@link hbprobe.lab.LabException} says which command failed. A program inside
 * has faults staged through {@link hbprobe.lab.LabRemote}, which the program outside answers through {@link
 * hbprobe.lab.LabControl}; the {@link hbprobe.lab.LabResponder} is what it kills. May use {@code model} and {@code
 * runtime}.
 */
@NullMarked
package hbprobe.lab;

import org.jspecify.annotations.NullMarked;
