#!/usr/bin/env bash
# Reads a table for long while its partitions split and merge, and sees that nothing grows: heap after GC, threads,
# connections (one more is allowed) and checkpoints may have at most 5 % more in the last third than in the first, and no
# record may be late, lost, doubled or out of its key's order.
#
#   tools/soak.sh                 half an hour
#   tools/soak.sh --minutes 3     and --help for more
#
# Prints a line for each sample and both thirds, keeps the logs in target/, and exits with 1 if something grew.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/launch.sh"

exec_test_main io.github.otsstream.flink.soak.SoakCommand soak.log "$@"
