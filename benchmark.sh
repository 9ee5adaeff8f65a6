#!/usr/bin/env bash
# Builds what the benchmarks need, if anything has changed, and runs them: see ./benchmark.sh --help.
# Needs a JDK 17 or newer and Maven 3.8 or newer; options for Maven go into MAVEN_OPTS, as
# MAVEN_OPTS=-Dmaven.repo.local=/some/where.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

modules=(tablestore-emulator flink-connector-otsstream flink-connector-otsstream-benchmarks)
target="$root/flink-connector-otsstream-benchmarks/target"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
stamp="$target/benchmark-built"

needs_build() {
    [[ -e $stamp ]] || return 0
    local sources=("$root/pom.xml") module
    for module in "${modules[@]}"; do
        sources+=("$root/$module/pom.xml" "$root/$module/src/main")
    done
    [[ -n "$(find "${sources[@]}" -newer "$stamp" -print -quit)" ]]
}

if needs_build; then
    for tool in "$java" mvn; do
        if ! command -v "$tool" >/dev/null; then
            echo "benchmark.sh can't find $tool; it needs a JDK 17 or newer, and Maven 3.8 or newer." >&2
            exit 1
        fi
    done
    echo "Building with Maven, without tests. The first time it downloads libraries, which can take minutes ..." >&2
    if ! output="$(mvn -B -q -f "$root/pom.xml" -pl flink-connector-otsstream-benchmarks -am -DskipTests package 2>&1)"; then
        echo "$output" >&2
        echo "The build has failed; see above." >&2
        exit 1
    fi
    touch "$stamp"
fi

exec "$java" -Dlog.file="$target/benchmark.log" -cp "$target/classes:$target/lib/*" \
    io.github.otsstream.benchmarks.BenchmarkCommand --output "$target" "$@"
