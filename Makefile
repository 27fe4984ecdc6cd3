# monitor: measures and registers of a city's vulnerable housing areas.
#
#   make demo [KEEP=1]    a throw-away server, the demonstration city, the list
#   make check            every test, on a throw-away server
#   make check-versions   the same on Debian 13 (PostgreSQL 17), in a chroot
#   make bench            ratios against plain PostgreSQL and PostGIS
#   make, make install    for a server of your own; PG_CONFIG chooses which
#   make format           lay the C code out; make docs: README's function table

# The rooms in order of dependency: a room uses only rooms to its left.
ROOMS = backend geometry statistics criteria weights association uncertainty mixing relocation spillover register reporting

EXTENSION = monitor
MODULE_big = monitor
EXTENSION_VERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" monitor.control)
SOURCES = src/monitor.c $(foreach room,$(ROOMS),$(sort $(wildcard src/$(room)/*.c)))
C_HEADERS = $(wildcard src/*.h src/*/*.h)
OBJS = $(SOURCES:.c=.o)
# A room's own file comes first: it is the room's contents page.
SQL_FILES = src/monitor.sql $(foreach room,$(ROOMS),$(wildcard src/$(room)/$(room).sql) \
	$(filter-out src/$(room)/$(room).sql,$(sort $(wildcard src/$(room)/*.sql))))
DATA_built = build/monitor--$(EXTENSION_VERSION).sql
DATA = $(wildcard src/upgrade/monitor--*--*.sql)
EXTRA_CLEAN = build src/*.bc src/*/*.bc

WARNINGS = -std=gnu11 -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare \
	-Wno-missing-field-initializers -Wno-cast-function-type
# Without contraction a sum of products has the same bits on every machine.
PG_CFLAGS = $(WARNINGS) $(if $(WERROR),-Werror) -fvisibility=hidden -ffp-contract=off
PG_CPPFLAGS = -Isrc -DMONITOR_VERSION='"$(EXTENSION_VERSION)"' \
	-DPGDLLEXPORT='__attribute__((visibility("default")))'
SHLIB_LINK = -lm

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs 2>/dev/null)
.DEFAULT_GOAL := all
# The goals below need nothing of PGXS, and on a fresh machine it is not there
# until they have installed it; it also has a target "check" of its own.
OWN_GOALS = demo check check-versions check-rooms check-format bench installcheck format docs
.PHONY: $(OWN_GOALS)
ifneq ($(filter-out $(OWN_GOALS),$(or $(MAKECMDGOALS),all)),)
ifneq ($(wildcard $(PGXS)),)
include $(PGXS)
else
all install:
	@echo 'The PostgreSQL server headers are missing ($(PG_CONFIG) --pgxs names no file).'
	@echo 'On Debian: sudo apt-get install $$(sh test/packages.sh --list)'
	@exit 1
endif

$(OBJS): $(C_HEADERS) monitor.control
# 800 million draws for 999 permutations of 100,000 areas.
src/association/permutation.o: CFLAGS += -O3
# 10^11 multiplications for the inverse of 5,000 x 5,000.
src/statistics/matrix.o: CFLAGS += -O3
# Some 50 passes over 1,000,000 cells.
src/relocation/expected_flow_balance.o: CFLAGS += -O3

$(DATA_built): $(SQL_FILES) monitor.control Makefile
	@mkdir -p $(@D)
	cat $(SQL_FILES) > $@
else

demo:
	@KEEP='$(KEEP)' bash test/run.sh demo

check:
	@WERROR='$(WERROR)' bash test/run.sh check

bench:
	@bash test/run.sh bench

check-versions:
	@bash test/versions.sh

check-rooms:
	@ROOMS='$(ROOMS)' bash test/rooms.sh

# On a server that runs already and has the extension installed.
installcheck:
	@bash test/regress.sh

docs:
	@bash test/run.sh docs

CLANG_FORMAT ?= clang-format-14
C_FILES = $(SOURCES) $(C_HEADERS)

format:
	$(CLANG_FORMAT) -i $(C_FILES)

check-format:
	$(CLANG_FORMAT) --dry-run --Werror $(C_FILES)
endif
