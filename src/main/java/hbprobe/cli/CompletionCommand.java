package hbprobe.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "completion")
final class CompletionCommand {}
