package hbprobe.dialect;

/** What can't be known from one end alone, in words for the reader of a finding. */
final class OneSided {
    static final String CLIENT_SPOKE_FIRST =
            "only the client spoke first: an expiry stays unseen where a box picks flows up in mid-stream; hbprobe"
                    + " respond at the far end would show it";

    static final String NOTHING_WAS_ASKED =
            "nothing was written: a close by the server may be its limit for clients that ask nothing, not for those"
                    + " that fall idle";

    static final String NOBODY_LOGGED_IN =
            "nobody logged in: a close by the server may be its limit for clients that don't, not for those that fall"
                    + " idle; name a user in the target to see the other one";

    static final String SERVER_CONFIRMS_NOTHING =
            "the server can't say on another connection whether it has spoken: where nothing arrived it is taken to"
                    + " have, as it has where something did";

    static final String MAPPING_MADE_ANEW =
            "only the client spoke first: over UDP its packet makes a new mapping where the old one has expired, so"
                    + " neither an expiry nor another address shows from here; what lives says that a client that"
                    + " speaks first is answered; hb+udp:// with hbprobe respond at the far end would show the rest";

    private OneSided() {}
}
