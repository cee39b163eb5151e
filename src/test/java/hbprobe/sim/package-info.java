/**
 * A network in virtual time: channels joined by segments, a seeded middlebox between them, and the kernel's view of
 * both ends. The handlers of client and responder run above it as they are shipped.
 */
package hbprobe.sim;
