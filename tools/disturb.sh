#!/usr/bin/env bash
# Runs all tests while their JVMs stand still for up to two seconds at random moments, as they can on a busy machine. It
# shows tests that count on how soon things happen, and code that does. Needs Linux.
#
#   tools/disturb.sh                          mvn verify
#   tools/disturb.sh -pl tablestore-emulator  some of it: arguments go to Maven
#
# Goes on behind a failure, and exits with 1 if there was one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# JVMs that surefire has started for a module of this work tree.
test_jvms() {
    local pid
    for pid in $(pgrep -f '^[^ ]*/java .*surefirebooter'); do
        if [[ $(readlink "/proc/$pid/cwd") == "$PWD"/* ]]; then
            echo "$pid"
        fi
    done
}

disturb() {
    local pid stops=0
    trap 'echo "The tests were stopped $stops times."; exit' TERM
    while true; do
        sleep "$((RANDOM % 2)).$((RANDOM % 10))"
        for pid in $(test_jvms); do
            if kill -STOP "$pid" 2>/dev/null; then
                sleep "$((RANDOM % 2)).$((100 + RANDOM % 900))"
                kill -CONT "$pid" 2>/dev/null || true
                stops=$((stops + 1))
            fi
        done
    done
}

disturb &
disturber=$!
end() {
    kill "$disturber" && wait "$disturber" || true
    for pid in $(test_jvms); do
        kill -CONT "$pid" 2>/dev/null || true
    done
}
trap end EXIT

mvn -B --fail-at-end "$@" verify
