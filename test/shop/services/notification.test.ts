import { describe, it } from 'vitest';
import { notification } from '../../../src/shop/services/notification/service.ts';
import { a, specification } from './specification.ts';

const { given, reactsTo } = specification(notification);

describe('notification', () => {
  it('sends the activation link', () => {
    const link = { userId: 'u1', email: 'ada@example.org', activationCode: '0123abcd' };
    reactsTo(a('AccountActivationCodeCreated', link)).by({ type: 'SendActivationLink', subject: 'u1' });
    given().when(a('SendActivationLink', link)).then(a('ActivationLinkSent', link));
  });

  it('confirms a paid order', () => {
    const order = {
      orderId: 'o1',
      userId: 'u1',
      cartId: 'c1',
      lines: [{ productId: 'p1', quantity: 2, price: 20 }],
      total: 40,
    };
    reactsTo(a('OrderPaid', order)).by({ type: 'SendOrderConfirmation', subject: 'u1' });
    const confirmation = { userId: 'u1', orderId: 'o1', total: 40 };
    given().when(a('SendOrderConfirmation', confirmation)).then(a('OrderConfirmationSent', confirmation));
  });

  it('announces a campaign', () => {
    const campaign = { campaignId: 'm1', beginsAt: 1000, endsAt: 2000 };
    given().when(a('AnnounceCampaign', campaign)).then(a('CampaignAnnounced', campaign));
  });
});
