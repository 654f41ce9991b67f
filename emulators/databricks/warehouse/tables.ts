/** The last day on record; "last week" is the week up to it, so that answers stay the same for ever. */
const lastDay = '2026-11-20';

/** The first of the last `days` days on record, as YYYY-MM-DD. */
export const firstDayOf = (days: number): string =>
  new Date(Date.parse(lastDay) - (days - 1) * 86_400_000).toISOString().slice(0, 10);

/**
 * The sample tables, made of arithmetic alone so that every start has the same rows: 40 customers, 12 products, 600
 * orders of 173 days, 75 returns, 6500 page views. Loyalty numbers are beyond 2^53, and amounts are decimals.
 */
export const sampleTables = `
ATTACH ':memory:' AS sales;
ATTACH ':memory:' AS finance;
CREATE SCHEMA sales.core;
CREATE SCHEMA finance.core;

CREATE TABLE sales.core.products AS
SELECT
  CAST(i + 1 AS INTEGER) AS product_id,
  ['Kettle', 'Toaster', 'Lamp', 'Desk', 'Chair', 'Shelf', 'Tent', 'Rucksack', 'Stove', 'Atlas', 'Novel', 'Diary'][i + 1]
    AS product_name,
  ['Kitchen', 'Office', 'Outdoor', 'Books'][CAST(floor(i / 3) AS INTEGER) + 1] AS category,
  CAST(9.90 + (i * 37 % 90) AS DECIMAL(10,2)) AS list_price,
  CASE WHEN i % 5 = 4 THEN NULL ELSE 0.25 * (i + 1) END AS weight_kg,
  CAST((i + 1) * 3.75e5 AS DOUBLE) AS co2_grams
FROM range(12) r(i);

CREATE TABLE sales.core.customers AS
SELECT
  CAST(i + 1 AS INTEGER) AS customer_id,
  concat('Customer ', i + 1) AS customer_name,
  ['North', 'South', 'East', 'West'][CAST(i * 7 % 4 AS INTEGER) + 1] AS region,
  DATE '2024-01-15' + CAST(i * 23 AS INTEGER) AS joined_on,
  CASE WHEN i % 4 = 3 THEN NULL ELSE 9007199254740993 + i * 1000003 END AS loyalty_id
FROM range(40) r(i);

CREATE TABLE sales.core.orders AS
WITH numbered AS (
  SELECT i, CAST(i * 37 % 173 AS INTEGER) AS day, CAST((i * i * 17 + i * 5) % 1009 % 12 AS INTEGER) + 1 AS product_id,
    CAST((i * i * 7 + i) % 997 % 4 AS INTEGER) + 1 AS quantity
  FROM range(600) r(i))
SELECT
  CAST(100001 + i AS BIGINT) AS order_id,
  CAST((i * i * 13 + i * 11) % 991 % 40 AS INTEGER) + 1 AS customer_id,
  n.product_id,
  DATE '2026-06-01' + day AS order_date,
  TIMESTAMP '2026-06-01 06:00:00' + to_days(day) + to_seconds(CAST(i * 613 % 57600 AS BIGINT)) AS ordered_at,
  n.quantity,
  CAST(n.quantity * p.list_price AS DECIMAL(12,2)) AS amount,
  CASE WHEN i % 3 = 0 THEN NULL ELSE (i % 7) / 20.0 END AS discount,
  i % 9 = 0 AS is_gift,
  ['web', 'shop', 'phone'][CAST(i % 3 AS INTEGER) + 1] AS channel
FROM numbered n JOIN sales.core.products p ON p.product_id = n.product_id;

CREATE TABLE sales.core.returns AS
SELECT
  CAST(i + 1 AS INTEGER) AS return_id,
  CAST(100001 + i * 8 AS BIGINT) AS order_id,
  ['damaged', 'too late', 'wrong item', NULL, 'changed mind'][CAST((i * i * 3 + i) % 103 % 5 AS INTEGER) + 1] AS reason,
  o.order_date + 9 AS returned_on,
  o.amount AS refund
FROM range(75) r(i) JOIN sales.core.orders o ON o.order_id = 100001 + i * 8;

CREATE TABLE sales.core.page_views AS
SELECT
  CAST(i + 1 AS BIGINT) AS view_id,
  TIMESTAMP '2026-11-14 00:00:00' + to_seconds(CAST(i * 93 AS BIGINT)) AS viewed_at,
  CAST(i * 7 % 12 AS INTEGER) + 1 AS product_id,
  (i * 31 % 1000) / 10.0 AS seconds
FROM range(6500) r(i);

CREATE TABLE finance.core.product_costs AS
SELECT product_id, CAST(list_price * (0.4 + product_id * 0.03) AS DECIMAL(10,2)) AS unit_cost
FROM sales.core.products;`;
