# Written by 'hbprobe completion fish'.

# Whether the words so far name just this command.
function __hbprobe_at --argument-names wanted
    set -l at hbprobe
    for word in (commandline -opc)[2..-1]
        test "$word" = --; and break
        if contains -- "$at $word" 'hbprobe measure' 'hbprobe respond' 'hbprobe lab' 'hbprobe lab run' 'hbprobe demo' 'hbprobe doctor' 'hbprobe completion'
            set at "$at $word"
        end
    end
    test "$at" = "$wanted"
end

complete -c hbprobe -f

complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a measure -d 'Find after how long idle a path drops a connection, in which direction, and how it ends'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a respond -d 'Be the far end: echo what comes, and obey a prober\'s orders about its own flows'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a lab -d 'A real NAT or firewall on this machine, without root, to try hbprobe against'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a demo -d 'Measure a real NAT on this machine, without root, and show the finding beside the truth'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a doctor -d 'Check whether this host can measure what hbprobe claims: clock, timers, sockets, lab'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -a completion -d 'Print a completion script for bash, zsh or fish'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l min -r -f -d 'Shortest idle period'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l max -r -f -d 'Longest idle period'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s i -l intervals -r -f -d 'Exactly these idle periods instead of a range: 30s,60s,5m'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l resolution -r -f -d 'Width wanted of the bracket, as a share of the timeout; never finer than 0.25 s'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l max-flows -r -f -d 'Most flows open at once, both directions together'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l open-rate -r -f -d 'Flows opened a second; N or N/s'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l direction -r -f -a 'client-first server-first both' -d 'Who speaks first after the silence: client-first, server-first, both'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l confirm -r -f -d 'Further dead rungs above the first before the search ends'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l repeat -r -f -d 'Flows per rung and direction'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l refine -d 'A second pass inside a bracket that is wider than asked'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l strategy -r -f -a 'ladder bisect' -d 'ladder, bisect: all rungs at once, or one flow at a time'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s W -l reply-timeout -r -f -d 'How long a probe waits for its answer'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s w -l deadline -r -f -d 'Bound on the whole command; the partial finding is printed'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l plan -d 'Say what would be done, and stop'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l seed -r -f -d 'Seed of every random choice; printed in the finding'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l token-file -r -F -d 'File with the secret shared by client and responder; or set HBPROBE_TOKEN'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s 4 -l ipv4 -d 'Use IPv4 only'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s 6 -l ipv6 -d 'Use IPv6 only'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l bind -r -f -d 'Local address to start from'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l interface -r -f -d 'Interface to start from'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s o -l output -r -f -a 'text json ndjson' -d 'Write the result as FORMAT, to FILE or to stdout; repeatable'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s j -l json -d 'The same as -o json'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s q -l quiet -d 'No progress and no warnings on stderr'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s v -l verbose -d 'Tell every event on a flow on stderr; -vv: stack traces of defects too'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l color -r -f -a 'auto always never' -d 'Colour: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l progress -r -f -a 'auto always never' -d 'Progress on stderr: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -l config -r -F -d 'Defaults of options, as YAML; else hbprobe/hbprobe.yaml in the user\'s configuration folder'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe measure"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l listen -r -f -d 'Address to listen on; repeatable'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s p -l port -r -f -d 'Port; 0 takes any free one'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l once -d 'End when the first client is gone'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l max-duration -r -f -d 'End after this long'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l max-flows -r -f -d 'Flows held at once'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l max-flows-per-address -r -f -d 'Flows held at once for one client address'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l max-delay -r -f -d 'Longest delay that can be ordered'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l token-file -r -F -d 'File with the secret shared by client and responder; or set HBPROBE_TOKEN'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s o -l output -r -f -a 'text json ndjson' -d 'Write the result as FORMAT, to FILE or to stdout; repeatable'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s j -l json -d 'The same as -o json'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s q -l quiet -d 'No progress and no warnings on stderr'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s v -l verbose -d 'Tell every event on a flow on stderr; -vv: stack traces of defects too'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l color -r -f -a 'auto always never' -d 'Colour: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l progress -r -f -a 'auto always never' -d 'Progress on stderr: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -l config -r -F -d 'Defaults of options, as YAML; else hbprobe/hbprobe.yaml in the user\'s configuration folder'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe respond"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe lab"' -a run -d 'Run a hbprobe command as the client of a lab, with a responder as its server'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l idle-timeout -r -f -d 'Idle timeout of the middlebox, whole seconds'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l ending -r -f -a 'silent reset' -d 'Answer to the client\'s packets after expiry: silent, reset'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l pick-up -r -f -a 'on off' -d 'Whether a packet in mid-stream founds a new flow: on, off'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l nat-input -r -f -a 'drop open' -d 'The NAT host\'s own input, which gets the server\'s packets after expiry: drop, or open: it answers with RST'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l server-firewall -d 'The middlebox guards the server, and translates nothing'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l ipv6 -d 'The whole path is IPv6: a stateful filter, no translation'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -l hops -r -f -d 'Routers between client and middlebox'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe lab run"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -l idle-timeout -r -f -d 'Idle timeout of the middlebox, whole seconds'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -l relay -d 'Use a relay in this process even where a kernel NAT can be had'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s o -l output -r -f -a 'text json ndjson' -d 'Write the result as FORMAT, to FILE or to stdout; repeatable'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s j -l json -d 'The same as -o json'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s q -l quiet -d 'No progress and no warnings on stderr'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s v -l verbose -d 'Tell every event on a flow on stderr; -vv: stack traces of defects too'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -l color -r -f -a 'auto always never' -d 'Colour: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -l progress -r -f -a 'auto always never' -d 'Progress on stderr: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -l config -r -F -d 'Defaults of options, as YAML; else hbprobe/hbprobe.yaml in the user\'s configuration folder'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe demo"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s o -l output -r -f -a 'text json ndjson' -d 'Write the result as FORMAT, to FILE or to stdout; repeatable'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s j -l json -d 'The same as -o json'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s q -l quiet -d 'No progress and no warnings on stderr'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s v -l verbose -d 'Tell every event on a flow on stderr; -vv: stack traces of defects too'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -l color -r -f -a 'auto always never' -d 'Colour: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -l progress -r -f -a 'auto always never' -d 'Progress on stderr: auto, always, never'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -l config -r -F -d 'Defaults of options, as YAML; else hbprobe/hbprobe.yaml in the user\'s configuration folder'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe doctor"' -s V -l version -d 'Print version information and exit'

complete -c hbprobe -n '__hbprobe_at "hbprobe completion"' -s h -l help -d 'Show this help message and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe completion"' -s V -l version -d 'Print version information and exit'
complete -c hbprobe -n '__hbprobe_at "hbprobe completion"' -f -a 'bash zsh fish'
