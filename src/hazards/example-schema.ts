/** The tables that the examples of the rules are about. */
export const exampleSchema = `CREATE TABLE customers (id bigint PRIMARY KEY, email text);
CREATE TABLE orders (
  id bigint PRIMARY KEY,
  customer_id bigint,
  email text,
  code varchar(20),
  total integer,
  note text
);
CREATE INDEX orders_email_idx ON orders (email);
CREATE TABLE events (id bigint, created_at timestamptz NOT NULL);
CREATE SCHEMA archive;
CREATE TABLE archive.orders_2019 (id bigint);
CREATE MATERIALIZED VIEW event_days AS SELECT DISTINCT created_at::date AS day FROM events;
CREATE UNIQUE INDEX event_days_day_idx ON event_days (day);`;
