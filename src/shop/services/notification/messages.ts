import { z } from 'zod';
import { activationCode, email, orderId, total, userId } from '../fields.ts';

/** Payloads of the commands to notification. */
export const commands = {
  SendActivationLink: z
    .object({ userId, email, activationCode })
    .describe('Mail a new user the link that activates the account.'),
  SendOrderConfirmation: z.object({ userId, orderId, total }).describe('Mail a customer that an order was paid.'),
} as const;

/** Payloads of the events of notification. */
export const events = {
  ActivationLinkSent: z.object({ userId, email, activationCode }).describe('The link is in the mailbox.'),
  OrderConfirmationSent: z.object({ userId, orderId, total }).describe('The confirmation is in the mailbox.'),
} as const;
