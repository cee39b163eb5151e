package hbprobe.cli;

import picocli.CommandLine.Command;

/** Placeholder. */
@Command(name = "demo")
final class DemoCommand {}
