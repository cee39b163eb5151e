/**
 * hbprobe's own frames and their encoding, the same at both ends; {@code docs/protocol.md} has them in words. Imports
 * nothing of hbprobe.
 */
@NullMarked
package hbprobe.wire;

import org.jspecify.annotations.NullMarked;
