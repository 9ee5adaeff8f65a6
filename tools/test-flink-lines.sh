#!/usr/bin/env bash
# Runs the connector's tests on several Flink versions, always with the same class files: those compiled on the
# flink.version of the root pom.
#
#   tools/test-flink-lines.sh                  all supported versions
#   tools/test-flink-lines.sh 2.0.0 2.3.0      these only
#
# Prints a table, keeps each run's log in target/flink-lines/, and exits with 1 if a run failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

supported=(1.20.3 2.0.0 2.1.0 2.2.0 2.3.0)
versions=("$@")
if [[ ${#versions[@]} -eq 0 ]]; then
    versions=("${supported[@]}")
fi
for version in "${versions[@]}"; do
    if [[ ! $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]; then
        echo "Not a Flink version: $version (usage: tools/test-flink-lines.sh [VERSION...], as ${supported[*]})" >&2
        exit 2
    fi
done

logs=target/flink-lines
mkdir -p "$logs"
failed=0
row='%-8s  %-6s  %6s  %8s  %s\n'
# shellcheck disable=SC2059
printf "$row" Flink result tests seconds log
for version in "${versions[@]}"; do
    log="$logs/$version.log"
    started=$SECONDS
    if mvn -B -pl flink-connector-otsstream-compatibility -am -DskipTests -Dcompatibility.skipTests=false \
        -Dflink.compatibility.version="$version" integration-test >"$log" 2>&1; then
        result=pass
    else
        result=FAIL
        failed=1
    fi
    tests=$(sed -n 's/^.*Tests run: \([0-9]*\), .*Skipped: [0-9]*$/\1/p' "$log" | tail -n 1)
    # shellcheck disable=SC2059
    printf "$row" "$version" "$result" "${tests:--}" $((SECONDS - started)) "$log"
done
exit "$failed"
