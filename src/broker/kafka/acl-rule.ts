export type AclOperation = 'read' | 'write';

/** What a user may do with a topic or a consumer group, by its full name. */
export type AclRule = {
  readonly user: string;
  readonly resource: 'topic' | 'group';
  readonly name: string;
  readonly operations: readonly AclOperation[];
};
