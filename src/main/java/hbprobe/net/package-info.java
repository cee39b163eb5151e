/**
 * Channels and what only the kernel knows about them. {@link hbprobe.net.Network} opens flows, {@link
 * hbprobe.net.KernelView} reads and sets what Netty does not show ({@code TCP_INFO}, quick ACKs, user timeout), {@link
 * hbprobe.net.Closing} and {@link hbprobe.net.ConnectFailure} give the kernel's errors their names. May use {@code
 * model} and {@code runtime}.
 */
@NullMarked
package hbprobe.net;

import org.jspecify.annotations.NullMarked;
