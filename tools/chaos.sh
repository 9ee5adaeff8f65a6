#!/usr/bin/env bash
# Breaks the service, Flink and the job on purpose, by seeds, while a job reads a table that is written.
#
#   tools/chaos.sh                               seeds 1 to 200
#   tools/chaos.sh --seeds 1..50 --minutes 20    these, but none is begun after 20 minutes
#   tools/chaos.sh --seeds 17                    one of them again
#
# Prints a line for each seed, keeps the log in target/chaos.log, and exits with 1 if one failed. A seed draws
# the same course of events each time; how the events of several threads meet is left to the machine.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/launch.sh"

exec_test_main io.github.otsstream.flink.chaos.ChaosCommand chaos.log "$@"
