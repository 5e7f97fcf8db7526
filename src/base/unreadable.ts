/** Why a file could not be read, for "Cannot read <file>: <this>, expected …". */
export function readFailure(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'there is no such file';
    case 'EISDIR':
      return 'it is a directory';
    case 'EACCES':
    case 'EPERM':
      return 'it may not be read';
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}
