# Copyright the flink-connector-otsstream authors.
# SPDX-License-Identifier: Apache-2.0
"""Counts the changes that a table's stream holds, by what they set an order's state to.

    python changes_by_state.py flink-sql-connector-otsstream-*.jar

Needs the package apache-flink, and the environment variables OTS_ENDPOINT, OTS_INSTANCE, OTS_TABLE,
OTS_ACCESS_KEY_ID and OTS_ACCESS_KEY_SECRET.
"""
import os
import sys
from pathlib import Path

from pyflink.table import EnvironmentSettings, TableEnvironment


def literal(value):
    return "'" + value.replace("'", "''") + "'"


def main(jar):
    tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
    tables.get_config().set("pipeline.jars", Path(jar).resolve().as_uri())

    options = {
        "connector": "otsstream",
        "endpoint": os.environ["OTS_ENDPOINT"],
        "instance-name": os.environ["OTS_INSTANCE"],
        "table-name": os.environ["OTS_TABLE"],
        "access-key-id": os.environ["OTS_ACCESS_KEY_ID"],
        "access-key-secret": os.environ["OTS_ACCESS_KEY_SECRET"],
        # Reads up to now, and ends.
        "scan.bounded.mode": "latest",
    }
    tables.execute_sql(
        "CREATE TABLE orders (order_id STRING, state STRING, op STRING METADATA FROM 'op-type')"
        " WITH (" + ", ".join(f"{literal(k)} = {literal(v)}" for k, v in options.items()) + ")"
    )
    tables.execute_sql(
        "SELECT state, COUNT(*) AS changes FROM orders WHERE state IS NOT NULL GROUP BY state"
    ).print()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
