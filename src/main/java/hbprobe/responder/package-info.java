/**
 * The far end. {@link hbprobe.responder.Responder} listens; each connection gets an admission check, a recogniser that
 * tells frames from plain bytes by the first of them, and then either the frame handler or the plain echo. May use
 * {@code wire}, {@code net}, {@code model} and {@code runtime}.
 */
@NullMarked
package hbprobe.responder;

import org.jspecify.annotations.NullMarked;
