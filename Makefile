# What CI and contributors run, by name. CONTRIBUTING.md says more about each.
.PHONY: build test verify ci format golden nightly mutation fuzz demo startup speed install uninstall deb image validate test-deb \
	clean

# Where `make install` puts things. DESTDIR stages them below another root.
PREFIX ?= /usr/local
DESTDIR ?=
LIBDIR ?= $(PREFIX)/lib/hbprobe
MANDIR ?= $(PREFIX)/share/man/man1
MAN5DIR ?= $(PREFIX)/share/man/man5
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d
UNITDIR ?= $(PREFIX)/lib/systemd/system
# no: without the archive of loaded classes, as for a package, which makes it where it is unpacked.
ARCHIVE ?= yes

build: ## the packaged program
	mvn -q -B -DskipTests package

test: ## unit tests only
	mvn -B test

verify: ## all tests, the kernel's as well where this machine can
	mvn -B verify

ci: ## the gate
	.ci/run

format: ## as the build wants it
	mvn -q -B spotless:apply

golden: ## rewrite help, man pages, completions and reports
	mvn -q -B -Dgolden.update=true -Dtest='TextSurfacesTest,MeasureTextTest,FormatsTest' test

nightly: ## a hundred thousand simulated middleboxes; -Dhbprobe.seed=N runs a failing one again
	mvn -B -Dtest=SimulationTest -Dhbprobe.seeds=100000 test

mutation: ## mutations of the engine that the tests must notice
	mvn -B -Pmutation test-compile org.pitest:pitest-maven:mutationCoverage

# Seconds that each target is fuzzed.
FUZZ_SECONDS ?= 600
fuzz: ## coverage-guided fuzzing of both codecs, for new inputs worth keeping and for what breaks
	mvn -B -Pfuzz -Dfuzz.seconds=$(FUZZ_SECONDS) test-compile antrun:run@fuzz

demo: ## the main job on the built-in lab
	./hbprobe demo

startup: ## how long a start takes beside that of Java
	bench/startup

speed: ## how long a measurement takes beside the timeout it finds
	bench/speed 7 20

# Not rebuilt when stale: `make && sudo make install` must not run Maven as root.
target/hbprobe:
	mvn -q -B -DskipTests package

install: target/hbprobe ## program, manual pages, completions and the responder's unit, below PREFIX
	install -d "$(DESTDIR)$(LIBDIR)" "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(MANDIR)" "$(DESTDIR)$(MAN5DIR)" \
		"$(DESTDIR)$(BASHDIR)" \
		"$(DESTDIR)$(ZSHDIR)" "$(DESTDIR)$(FISHDIR)" "$(DESTDIR)$(UNITDIR)"
	rm -f "$(DESTDIR)$(LIBDIR)"/hbprobe-*.jsa "$(DESTDIR)$(LIBDIR)"/hbprobe-*.aot
	install -m 755 target/hbprobe "$(DESTDIR)$(LIBDIR)/hbprobe"
	ln -srf "$(DESTDIR)$(LIBDIR)/hbprobe" "$(DESTDIR)$(PREFIX)/bin/hbprobe"
	install -m 644 man/*.1 "$(DESTDIR)$(MANDIR)"
	install -m 644 man/*.5 "$(DESTDIR)$(MAN5DIR)"
	sed '1{/^#!/d}' completions/hbprobe.bash >"$(DESTDIR)$(BASHDIR)/hbprobe" # sourced, never run
	chmod 644 "$(DESTDIR)$(BASHDIR)/hbprobe"
	install -m 644 completions/_hbprobe "$(DESTDIR)$(ZSHDIR)/_hbprobe"
	install -m 644 completions/hbprobe.fish "$(DESTDIR)$(FISHDIR)/hbprobe.fish"
	sed 's|/usr/bin/hbprobe|$(PREFIX)/bin/hbprobe|' packaging/systemd/hbprobe-respond.service \
		>"$(DESTDIR)$(UNITDIR)/hbprobe-respond.service"
	chmod 644 "$(DESTDIR)$(UNITDIR)/hbprobe-respond.service"
	[ "$(ARCHIVE)" = no ] || HBPROBE_ARCHIVE=make "$(DESTDIR)$(PREFIX)/bin/hbprobe"

uninstall: ## what install put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/hbprobe" "$(DESTDIR)$(BASHDIR)/hbprobe" "$(DESTDIR)$(ZSHDIR)/_hbprobe" \
		"$(DESTDIR)$(FISHDIR)/hbprobe.fish" "$(DESTDIR)$(UNITDIR)/hbprobe-respond.service" \
		$(foreach page,$(notdir $(wildcard man/*.1)),"$(DESTDIR)$(MANDIR)/$(page)") \
		$(foreach page,$(notdir $(wildcard man/*.5)),"$(DESTDIR)$(MAN5DIR)/$(page)")
	rm -f "$(DESTDIR)$(LIBDIR)"/hbprobe "$(DESTDIR)$(LIBDIR)"/hbprobe-*.jsa "$(DESTDIR)$(LIBDIR)"/hbprobe-*.aot
	[ ! -d "$(DESTDIR)$(LIBDIR)" ] || rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(LIBDIR)"

deb: build ## target/hbprobe_VERSION_all.deb
	packaging/build-deb

image: build ## target/image, with a Java of its own
	packaging/build-image

validate: ## unit, container, Kubernetes and CI files, each by a tool for it
	packaging/validate

test-deb: deb image ## the Debian package in a fresh Debian; needs root, debootstrap and a mirror
	packaging/test-deb

clean:
	mvn -q -B clean
