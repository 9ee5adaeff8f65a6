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
cd "$(dirname "${BASH_SOURCE[0]}")/.."

module=flink-connector-otsstream
mvn -q -B -pl "$module" -am -DskipTests test-compile dependency:build-classpath \
    -Dmdep.outputFile=target/chaos/classpath >&2
mkdir -p target
# Flink reflects into these packages.
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xmx512m --add-opens java.base/java.util=ALL-UNNAMED \
    --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.time=ALL-UNNAMED \
    -Dlog4j2.configurationFile=log4j2-chaos.properties -Dchaos.log=target/soak.log \
    -cp "$module/target/test-classes:$module/target/classes:$(<"$module/target/chaos/classpath")" \
    io.github.otsstream.flink.soak.SoakCommand "$@"
