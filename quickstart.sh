#!/usr/bin/env bash
# Builds what the quickstart needs, if anything has changed, and runs it: see ./quickstart.sh --help.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/tools/launch.sh"

module=flink-connector-otsstream-examples
build_if_changed "$module"
target="$root/$module/target"

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
