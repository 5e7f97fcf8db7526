import { type CommandOf, defineService, type EventOf, type ReactionsOf } from '../define-service.ts';
import { commands, events } from './messages.ts';

const reactions: ReactionsOf<typeof commands> = {
  AccountActivationCodeCreated: ({ data: { userId, email, activationCode } }) => [
    { type: 'SendActivationLink', subject: userId, data: { userId, email, activationCode } },
  ],
  OrderPaid: ({ data: { userId, orderId, total } }) => [
    { type: 'SendOrderConfirmation', subject: userId, data: { userId, orderId, total } },
  ],
};

/** Mail: it remembers nothing, since no decision depends on what was sent before. */
export const notification = defineService({
  name: 'notification',
  description:
    'Sends mail: the activation link of a new account, the confirmation of a paid order, the newsletter about a campaign.',
  aggregate: 'recipient',
  commands,
  events,
  decide,
  evolve: () => undefined,
  reactions,
});

function decide(command: CommandOf<typeof commands>): readonly EventOf<typeof events>[] {
  switch (command.type) {
    case 'SendActivationLink': {
      const { userId, email, activationCode } = command.data;
      return [{ type: 'ActivationLinkSent', data: { userId, email, activationCode } }];
    }
    case 'SendOrderConfirmation': {
      const { userId, orderId, total } = command.data;
      return [{ type: 'OrderConfirmationSent', data: { userId, orderId, total } }];
    }
    case 'AnnounceCampaign': {
      const { campaignId, beginsAt, endsAt } = command.data;
      return [{ type: 'CampaignAnnounced', data: { campaignId, beginsAt, endsAt } }];
    }
  }
}
