package hbprobe.dialect;

/** What can't be known from one end alone, in words for the reader of a finding. */
final class OneSided {
    static final String CLIENT_SPOKE_FIRST =
            "only the client spoke first: an expiry stays unseen where a box picks flows up in mid-stream; hbprobe"
                    + " respond at the far end would show it";

    static final String NOTHING_WAS_ASKED =
            "nothing was written: a close by the server may be its limit for clients that ask nothing, not for those"
                    + " that fall idle";

    private OneSided() {}
}
