import { fail, GhostError } from '../core/errors.ts';

/** Any error as one of the catalogue: what Express and its body parser throw is recognised, the rest is ours. */
export function codedError(error: unknown, limits: { readonly bodyLimitBytes: number }): GhostError {
  if (error instanceof GhostError) return error;
  return foreignError(error, limits) ?? fail('internal', {}, { cause: error });
}

/** `type` is body-parser's own name for what went wrong. */
function foreignError(error: unknown, { bodyLimitBytes }: { bodyLimitBytes: number }): GhostError | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof URIError)
    return fail('request_malformed', { problem: 'the path is not valid percent-encoding' });
  switch ('type' in error ? error.type : null) {
    case 'entity.too.large':
      return fail('body_too_large', { limit: inKibibytes(bodyLimitBytes) });
    case 'encoding.unsupported':
      return fail('content_type_unknown', { got: 'in an unknown content encoding' });
    case 'request.aborted':
      return fail('body_unreadable', { problem: 'the connection ended before it did' });
    case 'request.size.invalid':
      return fail('body_unreadable', { problem: 'it is not as long as Content-Length says' });
    default:
      return isInflateError(error) ? fail('body_unreadable', { problem: 'it does not inflate' }) : null;
  }
}

function inKibibytes(bytes: number): string {
  return `${Math.round(bytes / 1024)} KiB`;
}

/** zlib's errors reach us with the status that body-parser gave them. */
function isInflateError(error: Error): boolean {
  return 'status' in error && error.status === 400 && 'code' in error && `${error.code}`.startsWith('Z_');
}
