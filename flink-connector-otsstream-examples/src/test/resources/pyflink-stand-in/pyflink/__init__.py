# Copyright the flink-connector-otsstream authors.
# SPDX-License-Identifier: Apache-2.0
"""Stands in for PyFlink in a test: prints what a script does with it."""
