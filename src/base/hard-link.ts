import { systemCode } from './errors.ts';

/** Another disk; a file system without hard links (exFAT, some of FUSE and networks) or a file of another owner; too many links. */
const impossible: readonly (string | undefined)[] = ['EXDEV', 'EPERM', 'ENOTSUP', 'ENOSYS', 'EMLINK'];

/** True if `link` failed since these files cannot have a hard link, so that a copy must do. */
export function isLinkImpossible(error: unknown): boolean {
  return impossible.includes(systemCode(error));
}
