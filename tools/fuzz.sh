#!/usr/bin/env bash
# Reads mutated pages of records as the connector and as the official SDK do, and holds one against the other.
#
#   tools/fuzz.sh                               1,000,000 pages of seed 1
#   tools/fuzz.sh --pages 10000000 --seed 7     so many, of another seed
#   tools/fuzz.sh --page PAGE                   one page again
#
# Prints how many pages were read, and how many refused for which reason, and exits with 1 if the connector reads a
# page that the SDK refuses, reads it in another way, refuses one for no good reason, hangs, allocates much, or fails in
# another way than it may; then it prints the line that checks the page again. A seed draws the same pages each time.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/launch.sh"

exec_test_main io.github.otsstream.flink.fuzz.FuzzCommand fuzz.log "$@"
