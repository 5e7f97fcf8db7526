import { hash32 } from '../../../base/hash.ts';
import { type CommandOf, defineService, type EventOf, type PublishedEventOf } from '../define-service.ts';
import { commands, events } from './messages.ts';

/**
 * An account, kept until its owner removes it: one shared word, because accounts only ever grow in number. No decision
 * needs the address or the name, and the activation code follows from the user's id.
 */
export type Account = 'registered' | 'active';

/** The code that activates a user's account: 8 hexadecimal digits that follow from the id, so that no chance is needed. */
export function activationCodeOf(userId: string): string {
  return hash32(`activation/${userId}`).toString(16).padStart(8, '0');
}

/** Accounts: who may call themselves a customer. */
export const userManagement = defineService({
  name: 'user-management',
  description: 'Registers users, activates their accounts by a code, changes and removes them.',
  aggregate: 'account',
  commands,
  events,
  decide,
  evolve,
  reactions: {},
});

function decide(command: CommandOf<typeof commands>, account: Account | undefined): readonly EventOf<typeof events>[] {
  switch (command.type) {
    case 'RegisterUser': {
      const { userId, email, name } = command.data;
      if (account !== undefined) {
        return [{ type: 'UserRegistrationRejected', data: { userId, email, reason: 'already-registered' } }];
      }
      return [
        { type: 'UserAccountCreated', data: { userId, email, name } },
        { type: 'AccountActivationCodeCreated', data: { userId, email, activationCode: activationCodeOf(userId) } },
      ];
    }
    case 'ActivateAccount': {
      const { userId, activationCode } = command.data;
      const reason = activationObstacle(account, userId, activationCode);
      return reason === undefined
        ? [{ type: 'UserAccountActivated', data: { userId } }]
        : [{ type: 'AccountActivationRejected', data: { userId, reason } }];
    }
    case 'UpdateAccountDetails': {
      const { userId, email, name } = command.data;
      const reason = inactivity(account);
      return reason === undefined
        ? [{ type: 'UserAccountUpdated', data: { userId, email, name } }]
        : [{ type: 'AccountUpdateRejected', data: { userId, reason } }];
    }
    case 'ChangePassword': {
      const { userId } = command.data;
      const reason = inactivity(account);
      return reason === undefined
        ? [{ type: 'PasswordChanged', data: { userId } }]
        : [{ type: 'PasswordChangeRejected', data: { userId, reason } }];
    }
    case 'RemoveAccount': {
      const { userId } = command.data;
      return account === undefined
        ? [{ type: 'AccountRemovalRejected', data: { userId, reason: 'no-such-account' } }]
        : [{ type: 'UserAccountRemoved', data: { userId } }];
    }
  }
}

function activationObstacle(account: Account | undefined, userId: string, code: string) {
  if (account === undefined) return 'no-such-account';
  if (account === 'active') return 'already-active';
  return code === activationCodeOf(userId) ? undefined : 'wrong-code';
}

function inactivity(account: Account | undefined) {
  if (account === undefined) return 'no-such-account';
  return account === 'active' ? undefined : 'not-active';
}

function evolve(account: Account | undefined, event: PublishedEventOf<typeof events>): Account | undefined {
  switch (event.type) {
    case 'UserAccountCreated':
      return 'registered';
    case 'UserAccountActivated':
      return 'active';
    case 'UserAccountRemoved':
      return undefined;
    case 'UserRegistrationRejected':
    case 'AccountActivationCodeCreated':
    case 'AccountActivationRejected':
    case 'UserAccountUpdated':
    case 'AccountUpdateRejected':
    case 'PasswordChanged':
    case 'PasswordChangeRejected':
    case 'AccountRemovalRejected':
      return account;
  }
}
