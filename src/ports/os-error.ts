/** What the kernel answered when it refused: `code` as errno(3) names it, `what` says what was being tried. */
export interface OsError {
  readonly code: string;
  readonly what: string;
}
export const osError = (code: string, what: string): OsError => ({ code, what });
export const describeOsError = (error: OsError): string => `${error.what}: ${error.code}`;
