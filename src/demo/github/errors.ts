/** An answer other than success, as GitHub's API gives it: routes turn it into a status and a JSON body. */
export class ApiError extends Error {
  readonly status: number;
  readonly errors: readonly Readonly<Record<string, unknown>>[] | undefined;

  constructor(status: number, message: string, errors?: readonly Readonly<Record<string, unknown>>[]) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

export function notFound(): ApiError {
  return new ApiError(404, 'Not Found');
}

/** 422 with GitHub's `errors` array. */
export function invalid(
  message: string,
  errors: readonly Readonly<Record<string, unknown>>[] = [],
): ApiError {
  return new ApiError(422, message, errors);
}
