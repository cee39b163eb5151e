package hbprobe.engine;

import hbprobe.model.Endpoint;
import java.util.Optional;

/**
 * What a STUN server answers.
 *
 * @param mapped where the request seemed to come from
 * @param other the server's other address and other port
 * @param software as it calls itself
 * @param isRewritten whether the address in the clear is another one than the hidden one: a box on the path rewrites
 *     payloads (RFC 5780, section 3.6)
 */
public record NatAnswer(Endpoint mapped, Optional<Endpoint> other, Optional<String> software, boolean isRewritten) {}
