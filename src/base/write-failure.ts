import { CqshopError } from './errors.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied, expected a place that may be written',
  EDQUOT: 'the disk quota is used up, expected free space',
  EEXIST: 'a file of that name is in the way, expected a directory',
  EISDIR: 'it is a directory, expected a file',
  EMFILE: 'too many files are open, expected a higher limit (`ulimit -n`)',
  ENOENT: 'nothing can be made there, expected a place that may be written',
  ENOSPC: 'the disk is full, expected free space',
  ENOTDIR: 'part of the path is a file, expected a directory',
  EPERM: 'the operation is not permitted, expected a place that may be written',
  EROFS: 'the file system is read-only, expected a place that may be written',
};

/** A failed system call as a WRITE_FAILED that says why; a CqshopError and a programmer's mistake stay what they are. */
export function writeFailure(what: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('code' in cause) || !('syscall' in cause)) return cause;
  const code = String(cause.code);
  const reason = reasons[code] ?? `${cause.message}, expected a place that can be written`;
  return new CqshopError('WRITE_FAILED', `Cannot write ${what}: ${reason}`, { details: { code }, cause });
}
