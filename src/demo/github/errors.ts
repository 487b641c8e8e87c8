/** One thing that is wrong. Where there is nothing but a `message`, the API answers with that sentence alone. */
export type ErrorDetail = Readonly<Record<string, unknown>>;

/** An answer other than success, as GitHub's API gives it: routes turn it into a status and a JSON body. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly ErrorDetail[] | undefined;

  constructor(status: number, message: string, errors?: readonly ErrorDetail[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** 422 with GitHub's `errors` array. */
export function invalid(message: string, errors: readonly ErrorDetail[] = []): ApiError {
  return new ApiError(422, message, errors);
}
