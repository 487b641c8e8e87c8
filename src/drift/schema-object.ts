/** An object of a schema as DDL, in the words of our catalog. */
export interface SchemaObject {
  readonly kind: string;
  readonly name: string;
  readonly definition: string;
}
