package hbprobe.wire;

import io.netty.handler.codec.DecoderException;

/** The bytes that arrived are no frame. */
public final class BadFrameException extends DecoderException {
    private static final long serialVersionUID = 1;

    /** @param message what is wrong with the bytes */
    public BadFrameException(String message) {
        super(message);
    }

    /** None: the message says all, and a flood of bad frames would pay for nothing but that. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public Throwable fillInStackTrace() {
        return this;
    }
}
