-- Counts the changes of each five seconds, by the time of the writes:
--
--   ./quickstart.sh sql -f flink-connector-otsstream-examples/sql/changes-by-window.sql
--
-- orders declares WATERMARK FOR changed_at AS SOURCE_WATERMARK(): the time up to which all shards are known to be
-- read, so a window closes also where nothing more is written. Without the hint the query goes on without end, and
-- shows a window some seconds after its end.

CREATE TEMPORARY VIEW changes AS
SELECT * FROM orders /*+ OPTIONS('scan.bounded.mode' = 'latest') */;

SELECT window_start,
       window_end,
       COUNT(*) AS changes,
       COUNT(DISTINCT order_id) AS changed_orders
FROM TABLE(TUMBLE(TABLE changes, DESCRIPTOR(changed_at), INTERVAL '5' SECOND))
GROUP BY window_start, window_end;
