#!/usr/bin/env bash
# Prints the SQL that does what a DataX or DataWorks job with the reader otsstream does.
#
#   tools/dataworks-to-sql.sh job.json
#   tools/dataworks-to-sql.sh job.json --key id=BIGINT --endpoint https://… --instance … -D startTime=20240229000000
#   tools/dataworks-to-sql.sh --help
#
# Builds the program if it is not there or its sources are newer; the jar in dataworks-to-sql/target runs by itself too.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
module="$root/dataworks-to-sql"

jar() {
    find "$module/target" -maxdepth 1 -name 'dataworks-to-sql-*-all.jar' 2>/dev/null | head -n 1
}

if [[ -z "$(jar)" || -n "$(find "$module/src/main" "$module/pom.xml" -newer "$(jar)" -print -quit)" ]]; then
    mvn -q -B -f "$root/pom.xml" -pl dataworks-to-sql -am -DskipTests package >&2
fi
exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$(jar)" "$@"
