-- Joins the streams of two tables by time: each payment of the last minute with the placing of its order.
--
--   ./quickstart.sh sql -f flink-connector-otsstream-examples/sql/payments-of-orders.sql

SELECT o.order_id,
       o.amount,
       o.changed_at AS placed_at,
       p.payment_id,
       p.paid_at
FROM orders /*+ OPTIONS('scan.bounded.mode' = 'latest') */ AS o
JOIN payments /*+ OPTIONS('scan.bounded.mode' = 'latest') */ AS p
  ON p.order_id = o.order_id
 AND p.paid_at BETWEEN o.changed_at AND o.changed_at + INTERVAL '1' MINUTE
WHERE o.state = 'new';
