/** Wall-clock time, passed in so that tests can set it. */
export type Clock = () => Date;

/** A new unguessable id. */
export type NewId = () => string;
