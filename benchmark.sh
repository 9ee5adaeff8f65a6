#!/usr/bin/env bash
# Builds what the benchmarks need, if anything has changed, and runs them: see ./benchmark.sh --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/tools/launch.sh"

module=flink-connector-otsstream-benchmarks
build_if_changed "$module"
target="$root/$module/target"

exec "$java" -Dlog.file="$target/benchmark.log" -cp "$target/classes:$target/lib/*" \
    io.github.otsstream.benchmarks.BenchmarkCommand --output "$target" "$@"
