/**
 * A real middlebox that this machine plays: network namespaces with a router, a NAT or firewall and a server, without
 * root. May use {@code model} and {@code runtime}.
 */
@NullMarked
package hbprobe.lab;

import org.jspecify.annotations.NullMarked;
