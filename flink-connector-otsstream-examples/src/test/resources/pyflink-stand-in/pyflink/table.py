# Copyright the flink-connector-otsstream authors.
# SPDX-License-Identifier: Apache-2.0
class EnvironmentSettings:
    @staticmethod
    def in_streaming_mode():
        return EnvironmentSettings()


class TableEnvironment:
    @staticmethod
    def create(settings):
        assert isinstance(settings, EnvironmentSettings)
        return TableEnvironment()

    def get_config(self):
        return self

    def set(self, key, value):
        print("SET", key, value)
        return self

    def execute_sql(self, statement):
        print(statement)
        return self

    def print(self):
        pass
