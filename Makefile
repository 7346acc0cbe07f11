# Building, testing and showing Stratum. `make` lists what there is.

# The instruction set to build for: what `clang -march` takes, for example x86-64-v3.
ARCH ?= native
# The MPI to build against, by its pkg-config name: ompi-c or mpich.
MPI_PKG_CONFIG ?= ompi-c
# The classes of tests to run, as a regular expression, and the numbers of ranks.
ONLY ?= .
RANKS ?= 1 2 3 4 7
PREFIX ?= /usr/local
DESTDIR ?=
export MPI_PKG_CONFIG

# A build folder for each way to build, so that no object of one is taken for the other's.
ifeq ($(ARCH) $(MPI_PKG_CONFIG),native ompi-c)
SCRATCH := .build
else
SCRATCH := .build-$(ARCH)-$(MPI_PKG_CONFIG)
endif
OPTIONS := -c release -Xcc -march=$(ARCH)
BUILD := swift build $(OPTIONS) --scratch-path
# The manifest of each run tells them.
export STRATUM_BUILD_OPTIONS := $(OPTIONS)
export STRATUM_COMMIT := $(shell git describe --always --abbrev=40 --exclude='*' --dirty 2>/dev/null)
# valgrind, which counts instructions for `make bench`, knows no AVX-512.
COUNTED := .build-x86-64-v3-$(MPI_PKG_CONFIG)
PROGRAMS := $(CURDIR)/$(SCRATCH)/release
SHARE := $(DESTDIR)$(PREFIX)/share/stratum

.NOTPARALLEL:
.PHONY: help setup build demo test lint bench bench-peers movielens implicit denoising topics figures schedules steps
.PHONY: two-hosts scaling simulate test-slurm test-node-death install uninstall clean

help: ## List these targets (the default)
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo '  ARCH=native           the CPU to build for, e.g. ARCH=x86-64-v3'
	@echo '  MPI_PKG_CONFIG=ompi-c the MPI to build against, e.g. MPI_PKG_CONFIG=mpich'
	@echo "  ONLY=MPITests RANKS='2 3'  the classes to test, and on how many ranks"
	@echo '  QUICK=1               with figures: less data and fewer epochs'
	@echo '  RECORD=--record       with bench: keep the counted instructions to compare with later'
	@echo '  PREFIX=/usr/local     where to install; DESTDIR goes before it'

setup: ## Install what is missing of Debian's packages
	@.ci/setup

build: setup ## Build the programs and libraries, optimised
	$(BUILD) $(SCRATCH)

demo: build ## Factorize a generated matrix of a million entries on 2 ranks, with a plot, in demo/
	Docs/demo/demo.sh $(PROGRAMS)

test: ## Run all tests, serial and on 1, 2, 3, 4 and 7 ranks, and the job scripts on virtual nodes
	@.ci/setup test
	$(BUILD) $(SCRATCH) --build-tests
	.ci/test $(PROGRAMS) '$(ONLY)' $(RANKS)
	$(if $(filter .,$(ONLY)),Tests/cluster/test-slurm $(PROGRAMS))

lint: setup ## Check format, shell scripts and the rules of the source
	@.ci/lint

bench: build ## Measure kernels, epochs, reading, MPI and instructions, into bench/ (4 minutes)
	@.ci/setup valgrind
	swift build -c release -Xcc -march=x86-64-v3 --scratch-path $(COUNTED) --product stratum-bench
	ARCH=$(ARCH) Docs/benchmarks/bench.py $(PROGRAMS) $(COUNTED)/release bench/bench.jsonl $(RECORD)

bench-peers: build ## Train and read beside other programs, which are fetched, with a plot, in bench/ (6 minutes)
	@.ci/setup pip
	Docs/benchmarks/peers.py $(PROGRAMS)
	Docs/benchmarks/reading_peers.py $(PROGRAMS)

movielens: build ## Check the quality on MovieLens 100K, five-fold (downloads the data)
	@.ci/setup pip
	Docs/studies/movielens.py $(PROGRAMS)

topics: build ## Find topics of the manual pages (downloads them; some seconds)
	Docs/examples/topics/topics.py $(PROGRAMS)

figures: build ## Draw the figures of the DSGD paper again, in Docs/figures/ (2 minutes; QUICK=1: less, in data/figures/)
	@.ci/setup pip
	Docs/figures/figures.py $(PROGRAMS) $(if $(QUICK),data/figures quick,Docs/figures)

denoising: build ## Restore a picture with noise, and one with missing pixels, in data/denoising/ (1.5 minutes)
	@.ci/setup pip
	Docs/examples/denoising/denoise.py $(PROGRAMS)

implicit: build ## Recommend from implicit feedback, beside PyPI's implicit, on MovieLens 100K (downloads the data)
	@.ci/setup pip
	Docs/examples/implicit/implicit_feedback.py $(PROGRAMS)

schedules: build ## Compare the orders of strata: WOR, SEQ, LA-WOR (some minutes)
	Docs/studies/schedules.py $(PROGRAMS) Docs/studies/schedules.png

steps: build ## Compare step policies by epochs and loss (downloads MovieLens 100K; some minutes)
	@.ci/setup pip
	Docs/studies/steps.py $(PROGRAMS)

two-hosts: build ## Train on two virtual hosts over links of different rates (as root, some minutes)
	Docs/studies/two_hosts.py $(PROGRAMS)

test-slurm: build ## Submit all job scripts to a real Slurm on virtual nodes (as root; part of test)
	Tests/cluster/test-slurm $(PROGRAMS)

test-node-death: build ## Kill ranks and nodes, and cut links, under jobs on virtual nodes (as root, some minutes)
	Tests/cluster/test-node-death $(PROGRAMS)

scaling: build ## Study strong and weak scaling, here and on virtual hosts, with plots, in Docs/scaling/ (as root, 15 minutes)
	@.ci/setup hosts simgrid
	for study in strong-here weak-rows weak-columns hosts; do \
	  Docs/studies/scaling.py $(PROGRAMS) Docs/studies/scaling/$$study.study Docs/scaling || exit 1; done
	Docs/studies/scaling/validate.py $(PROGRAMS) Docs/studies/scaling/hosts.study Docs/scaling

simulate: build ## Simulate 2 to 1,024 nodes by SimGrid, with plots, in Docs/scaling/ (some minutes)
	@.ci/setup simgrid
	Docs/studies/scaling/simulate.py $(PROGRAMS) Docs/scaling

install: setup ## Install programs that need no Swift to run below PREFIX
	$(BUILD) $(SCRATCH)-static --static-swift-stdlib --product stratum
	$(BUILD) $(SCRATCH)-static --static-swift-stdlib --product mpi-bench
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)
	install -m 755 $(SCRATCH)-static/release/stratum $(SCRATCH)-static/release/mpi-bench $(DESTDIR)$(PREFIX)/bin
	cp -R README.md LICENSE Docs jobscripts $(SHARE)

uninstall: ## Remove what install put below PREFIX
	rm -f $(DESTDIR)$(PREFIX)/bin/stratum $(DESTDIR)$(PREFIX)/bin/mpi-bench
	rm -rf $(SHARE)

clean: ## Remove everything built and the demo's output
	rm -rf .build .build-* demo
