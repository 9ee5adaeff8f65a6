# Sourced by the scripts of this project that build what they run.
# They need a JDK 17 or newer and Maven 3.8 or newer; options for Maven go into MAVEN_OPTS, as
# MAVEN_OPTS=-Dmaven.repo.local=/some/where.
# shellcheck shell=bash

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
java="${JAVA_HOME:+$JAVA_HOME/bin/}java"

# build_if_changed MODULE: packages a module and what it is built of, without tests, unless no source has changed
# since that was last done here.
build_if_changed() {
    local module="$1" stamp="$root/$1/target/built-by-script" tool output started=$SECONDS
    local sources=("$root/pom.xml") part
    for part in tablestore-emulator flink-connector-otsstream "$module"; do
        sources+=("$root/$part/pom.xml" "$root/$part/src/main")
    done
    if [[ -e $stamp && -z "$(find "${sources[@]}" -newer "$stamp" -print -quit)" ]]; then
        return
    fi
    for tool in "$java" mvn; do
        if ! command -v "$tool" >/dev/null; then
            echo "$(basename "$0") can't find $tool; it needs a JDK 17 or newer, and Maven 3.8 or newer." >&2
            exit 1
        fi
    done
    echo "Building with Maven, without tests. The first time it downloads libraries, which can take minutes ..." >&2
    if ! output="$(mvn -B -q -f "$root/pom.xml" -pl "$module" -am -DskipTests package 2>&1)"; then
        echo "$output" >&2
        echo "The build has failed; see above." >&2
        exit 1
    fi
    touch "$stamp"
    echo "Built in $((SECONDS - started)) s." >&2
}

# exec_test_main MAIN-CLASS LOG ARGUMENT...: runs a main class among the connector's tests, which logs to a file.
exec_test_main() {
    local main="$1" log="$2" module="$root/flink-connector-otsstream"
    shift 2
    mvn -q -B -f "$root/pom.xml" -pl flink-connector-otsstream -am -DskipTests \
        test-compile dependency:build-classpath -Dmdep.outputFile=target/script/classpath >&2
    mkdir -p "$root/target"
    # Flink reflects into these packages.
    exec "$java" -Xmx1g --add-opens java.base/java.util=ALL-UNNAMED \
        --add-opens java.base/java.lang=ALL-UNNAMED --add-opens java.base/java.time=ALL-UNNAMED \
        -Dlog4j2.configurationFile=log4j2-chaos.properties -Dchaos.log="$root/target/$log" \
        -cp "$module/target/test-classes:$module/target/classes:$(<"$module/target/script/classpath")" \
        "$main" "$@"
}
