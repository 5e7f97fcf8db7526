import { z } from 'zod';
import { activationCode, email, passwordHash, personName, reason, userId } from '../fields.ts';

/** Payloads of the commands to user-management. */
export const commands = {
  RegisterUser: z.object({ userId, email, name: personName, passwordHash }).describe('A visitor wants an account.'),
  ActivateAccount: z.object({ userId, activationCode }).describe('The customer followed the activation link.'),
  UpdateAccountDetails: z.object({ userId, email, name: personName }).describe('The customer changes address or name.'),
  ChangePassword: z.object({ userId, passwordHash }).describe('The customer sets a new password.'),
  RemoveAccount: z.object({ userId }).describe('The customer leaves for good.'),
} as const;

/** Payloads of the events of user-management. */
export const events = {
  UserAccountCreated: z.object({ userId, email, name: personName }).describe('An account exists, not yet active.'),
  UserRegistrationRejected: z
    .object({ userId, email, reason: reason(['already-registered']) })
    .describe('There is an account already.'),
  AccountActivationCodeCreated: z
    .object({ userId, email, activationCode })
    .describe('A code was made for a new account; it activates the account.'),
  UserAccountActivated: z.object({ userId }).describe('The account is active.'),
  AccountActivationRejected: z
    .object({ userId, reason: reason(['no-such-account', 'already-active', 'wrong-code']) })
    .describe('The account was not activated.'),
  UserAccountUpdated: z.object({ userId, email, name: personName }).describe('The account has new details.'),
  AccountUpdateRejected: z
    .object({ userId, reason: reason(['no-such-account', 'not-active']) })
    .describe('The details stay as they were.'),
  PasswordChanged: z.object({ userId }).describe('The account has a new password.'),
  PasswordChangeRejected: z
    .object({ userId, reason: reason(['no-such-account', 'not-active']) })
    .describe('The password stays as it was.'),
  UserAccountRemoved: z.object({ userId }).describe('The account is gone.'),
  AccountRemovalRejected: z
    .object({ userId, reason: reason(['no-such-account']) })
    .describe('There is nothing to remove.'),
} as const;
