/** The server is not fit for hostile SQL, and nobody said that it may be used all the same. */
export class UnsafeShadow extends Error {
  override readonly name = 'UnsafeShadow';
}
