#!/usr/bin/env bash
# Builds what the quickstart needs, if anything has changed, and runs it: see ./quickstart.sh --help.
# Needs a JDK 17 or newer and Maven 3.8 or newer; options for Maven go into MAVEN_OPTS, as
# MAVEN_OPTS=-Dmaven.repo.local=/some/where.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

modules=(tablestore-emulator flink-connector-otsstream flink-connector-otsstream-examples)
target="$root/flink-connector-otsstream-examples/target"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
stamp="$target/quickstart-built"

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
            echo "quickstart.sh can't find $tool; it needs a JDK 17 or newer, and Maven 3.8 or newer." >&2
            exit 1
        fi
    done
    echo "Building with Maven, without tests. The first time it downloads libraries, which can take minutes ..." >&2
    started=$SECONDS
    if ! output="$(mvn -B -q -f "$root/pom.xml" -pl flink-connector-otsstream-examples -am -DskipTests package 2>&1)"; then
        echo "$output" >&2
        echo "The build has failed; see above." >&2
        exit 1
    fi
    touch "$stamp"
    echo "Built in $((SECONDS - started)) s." >&2
fi

# There is a console only where there is a terminal, on all JDKs.
options=(-Dlog.file="$target/quickstart.log" -Djdk.console=java.base)
class_path="$target/classes"
if [[ " $* " == *" sql "* || " $* " == *" example "* ]]; then
    # The SQL client's own terminal library comes before the other one.
    class_path+=":$target/sql-lib/*"
    # Scripts are UTF-8 everywhere, and starting soon counts for more than running fast.
    options+=(-Dfile.encoding=UTF-8 -XX:TieredStopAtLevel=1)
fi
class_path+=":$target/lib/*"

# Flink reflects into these packages.
exec "$java" --add-opens java.base/java.util=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED \
    --add-opens java.base/java.time=ALL-UNNAMED "${options[@]}" -cp "$class_path" \
    io.github.otsstream.examples.quickstart.QuickstartCommand "$@"
