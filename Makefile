# What CI and contributors run, by name. CONTRIBUTING.md says more about each.
.PHONY: build test verify ci format golden nightly mutation demo startup speed clean

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

demo: ## the main job on the built-in lab
	./hbprobe demo

startup: ## how long a start takes beside that of Java
	bench/startup

speed: ## how long a measurement takes beside the timeout it finds
	bench/speed 7 20

clean:
	mvn -q -B clean
