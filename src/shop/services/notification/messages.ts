import { z } from 'zod';
import { activationCode, campaignId, email, orderId, total, userId } from '../fields.ts';

const beginsAt = z.int().describe('when it begins [ms since the epoch, virtual]');
const endsAt = z.int().describe('when it ends [ms since the epoch, virtual]');

/** Payloads of the commands to notification. */
export const commands = {
  SendActivationLink: z
    .object({ userId, email, activationCode })
    .describe('Mail a new user the link that activates the account.'),
  SendOrderConfirmation: z.object({ userId, orderId, total }).describe('Mail a customer that an order was paid.'),
  AnnounceCampaign: z
    .object({ campaignId, beginsAt, endsAt })
    .describe('Staff let all customers know of a campaign that has not begun.'),
} as const;

/** Payloads of the events of notification. */
export const events = {
  ActivationLinkSent: z.object({ userId, email, activationCode }).describe('The link is in the mailbox.'),
  OrderConfirmationSent: z.object({ userId, orderId, total }).describe('The confirmation is in the mailbox.'),
  CampaignAnnounced: z
    .object({ campaignId, beginsAt, endsAt })
    .describe('Customers know of the campaign; from its beginning on, more of them come.'),
} as const;
