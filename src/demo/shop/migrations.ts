/** The twenty migrations that the demo's team had before it met Tidegate, by file name. */
export const earlierMigrations: Readonly<Record<string, string>> = {
  '0001_customers.sql': sql(
    'CREATE TABLE customers (\n  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  email text NOT NULL,\n  name text NOT NULL\n);',
    'DROP TABLE customers;',
  ),
  '0002_customers-email-unique.sql': sql(
    'ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);',
    'ALTER TABLE customers DROP CONSTRAINT customers_email_key;',
  ),
  '0003_products.js': javascript(
    `pgm.createTable('products', {
    id: 'id',
    sku: { type: 'text', notNull: true, unique: true },
    title: { type: 'text', notNull: true },
    price: { type: 'numeric(10,2)', notNull: true },
  });`,
  ),
  '0004_orders.ts': typescript(
    `pgm.createTable('orders', {
    id: 'id',
    customer_id: { type: 'bigint', notNull: true, references: 'customers' },
    placed_at: { type: 'timestamptz', notNull: true, default: pgm.func('now()') },
  });`,
    `pgm.dropTable('orders');`,
  ),
  '0005_order-lines.sql': sql(
    'CREATE TABLE order_lines (\n  order_id integer NOT NULL REFERENCES orders,\n  product_id integer NOT NULL REFERENCES products,\n  quantity integer NOT NULL CHECK (quantity > 0),\n  PRIMARY KEY (order_id, product_id)\n);',
    'DROP TABLE order_lines;',
  ),
  '0006_orders-customer-index.js': javascript(`pgm.createIndex('orders', 'customer_id');`),
  '0007_order-status.sql': sql(
    "CREATE TYPE order_status AS ENUM ('placed', 'paid', 'sent');\nALTER TABLE orders ADD COLUMN status order_status NOT NULL DEFAULT 'placed';",
    'ALTER TABLE orders DROP COLUMN status;\nDROP TYPE order_status;',
  ),
  '0008_addresses.ts': typescript(
    `pgm.createTable('addresses', {
    id: 'id',
    customer_id: { type: 'bigint', notNull: true, references: 'customers', onDelete: 'CASCADE' },
    street: { type: 'text', notNull: true },
    city: { type: 'text', notNull: true },
  });`,
    `pgm.dropTable('addresses');`,
  ),
  '0009_products-active.sql': sql(
    'ALTER TABLE products ADD COLUMN active boolean NOT NULL DEFAULT true;',
    'ALTER TABLE products DROP COLUMN active;',
  ),
  '0010_order-totals-view.sql': sql(
    'CREATE VIEW order_totals AS\n  SELECT order_id, sum(quantity * price) AS total\n  FROM order_lines JOIN products ON products.id = product_id\n  GROUP BY order_id;',
    'DROP VIEW order_totals;',
  ),
  '0011_categories.js': javascript(`pgm.createTable('categories', {
    id: 'id',
    name: { type: 'text', notNull: true, unique: true },
  });`),
  '0012_products-category.js': javascript(
    `pgm.addColumns('products', { category_id: { type: 'integer', references: 'categories' } });`,
  ),
  '0013_touch-function.sql': sql(
    'CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  NEW.changed_at := now();\n  RETURN NEW;\nEND\n$$;',
    'DROP FUNCTION touch();',
  ),
  '0014_products-changed-at.sql': sql(
    'ALTER TABLE products ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();\nCREATE TRIGGER products_touch BEFORE UPDATE ON products FOR EACH ROW EXECUTE FUNCTION touch();',
    'DROP TRIGGER products_touch ON products;\nALTER TABLE products DROP COLUMN changed_at;',
  ),
  '0015_payments.ts': typescript(
    `pgm.createTable('payments', {
    id: 'id',
    order_id: { type: 'integer', notNull: true, references: 'orders' },
    amount: { type: 'numeric(10,2)', notNull: true, check: 'amount > 0' },
  });`,
    `pgm.dropTable('payments');`,
  ),
  '0016_payments-order-index.js': javascript(`pgm.createIndex('payments', 'order_id');`),
  '0017_customers-phone.sql': sql(
    'ALTER TABLE customers ADD COLUMN phone text;',
    'ALTER TABLE customers DROP COLUMN phone;',
  ),
  '0018_reviews.js': javascript(`pgm.createTable('reviews', {
    id: 'id',
    product_id: { type: 'integer', notNull: true, references: 'products' },
    stars: { type: 'smallint', notNull: true, check: 'stars BETWEEN 1 AND 5' },
    words: { type: 'text' },
  });`),
  '0019_reviews-product-index.js': javascript(`pgm.createIndex('reviews', 'product_id');`),
  '0020_comment-on-orders.sql': sql(
    "COMMENT ON TABLE orders IS 'One row an order; its lines are in order_lines.';",
    'COMMENT ON TABLE orders IS NULL;',
  ),
};

/** A migration in node-pg-migrate's SQL form. */
export function sql(up: string, down: string): string {
  return `-- Up Migration\n${up}\n\n-- Down Migration\n${down}\n`;
}

/** A migration in JavaScript whose down is inferred. */
export function javascript(up: string): string {
  return `exports.up = (pgm) => {\n  ${up}\n};\n`;
}

function typescript(up: string, down: string): string {
  return `import type { MigrationBuilder } from 'node-pg-migrate';

export async function up(pgm: MigrationBuilder): Promise<void> {
  ${up}
}

export async function down(pgm: MigrationBuilder): Promise<void> {
  ${down}
}
`;
}
