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
cd "$(dirname "${BASH_SOURCE[0]}")/.."

module=flink-connector-otsstream
mvn -q -B -pl "$module" -am -DskipTests test-compile dependency:build-classpath \
    -Dmdep.outputFile=target/chaos/classpath >&2
mkdir -p target
# Flink reflects into these packages.
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx1g --add-opens java.base/java.util=ALL-UNNAMED \
    --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.time=ALL-UNNAMED \
    -Dlog4j2.configurationFile=log4j2-chaos.properties -Dchaos.log=target/chaos.log \
    -cp "$module/target/test-classes:$module/target/classes:$(<"$module/target/chaos/classpath")" \
    io.github.otsstream.flink.chaos.ChaosCommand "$@"
