/** A comment's or an issue's body: characters (GitHub REST, "Validation failed: body is too long"); counted in bytes here. */
export const commentLimit = 65_536;

/** A check run's summary and text, each: documented as characters, enforced as bytes. */
export const checkLimit = 65_535;

/** An issue's or a pull request's title. */
export const titleLimit = 256;
