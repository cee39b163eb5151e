/**
 * What is spoken on a flow. A {@link hbprobe.dialect.Dialect} makes one {@link hbprobe.dialect.Conversation} a flow:
 * Netty handlers that end in one adapter, which tells a {@link hbprobe.dialect.FlowListener} what happened in words
 * that are the same for every dialect. May use {@code wire}, {@code net}, {@code model} and {@code runtime}.
 */
@NullMarked
package hbprobe.dialect;

import org.jspecify.annotations.NullMarked;
