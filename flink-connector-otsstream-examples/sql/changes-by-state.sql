-- Counts the changes that there are, by what they set an order's state to:
--
--   ./quickstart.sh sql -f flink-connector-otsstream-examples/sql/changes-by-state.sql

-- Results as one table in the end, not as they change.
SET 'execution.runtime-mode' = 'batch';

SELECT state, COUNT(*) AS changes, MAX(changed_at) AS last_change
FROM orders /*+ OPTIONS('scan.bounded.mode' = 'latest') */
WHERE state IS NOT NULL
GROUP BY state;
