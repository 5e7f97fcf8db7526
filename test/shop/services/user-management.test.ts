import { describe, expect, it } from 'vitest';
import { activationCodeOf, userManagement } from '../../../src/shop/services/user-management/service.ts';
import { a, specification } from './specification.ts';

const { given } = specification(userManagement);

const userId = 'u1';
const email = 'ada@example.org';
const name = 'Ada';
const activationCode = activationCodeOf(userId);

const created = a('UserAccountCreated', { userId, email, name });
const coded = a('AccountActivationCodeCreated', { userId, email, activationCode });
const active = [created, coded, a('UserAccountActivated', { userId })];
const register = a('RegisterUser', { userId, email, name, passwordHash: '5f4d' });
const activate = (code: string) => a('ActivateAccount', { userId, activationCode: code });
const update = a('UpdateAccountDetails', { userId, email: 'ada@example.com', name });
const change = a('ChangePassword', { userId, passwordHash: '7c6a' });
const remove = a('RemoveAccount', { userId });
const removed = a('UserAccountRemoved', { userId });

describe('user-management', () => {
  it('registers a user once', () => {
    given().when(register).then(created, coded);
    given(created, coded)
      .when(register)
      .then(a('UserRegistrationRejected', { userId, email, reason: 'already-registered' }));
    given(...active, removed)
      .when(register)
      .then(created, coded);
  });

  it('activates by the right code, once', () => {
    const rejected = (reason: string) => a('AccountActivationRejected', { userId, reason });
    given(created, coded).when(activate(activationCode)).then(a('UserAccountActivated', { userId }));
    given(created, coded).when(activate('00000000')).then(rejected('wrong-code'));
    given(...active)
      .when(activate(activationCode))
      .then(rejected('already-active'));
    given().when(activate(activationCode)).then(rejected('no-such-account'));
  });

  it('updates active accounts', () => {
    given(...active)
      .when(update)
      .then(a('UserAccountUpdated', { userId, email: 'ada@example.com', name }));
    given(created, coded)
      .when(update)
      .then(a('AccountUpdateRejected', { userId, reason: 'not-active' }));
    given()
      .when(update)
      .then(a('AccountUpdateRejected', { userId, reason: 'no-such-account' }));
  });

  it('changes the password of active accounts and tells nobody', () => {
    given(...active)
      .when(change)
      .then(a('PasswordChanged', { userId }));
    given(created, coded)
      .when(change)
      .then(a('PasswordChangeRejected', { userId, reason: 'not-active' }));
    given()
      .when(change)
      .then(a('PasswordChangeRejected', { userId, reason: 'no-such-account' }));
  });

  it('removes an account, active or not', () => {
    given(...active)
      .when(remove)
      .then(removed);
    given(created, coded).when(remove).then(removed);
    given()
      .when(remove)
      .then(a('AccountRemovalRejected', { userId, reason: 'no-such-account' }));
    expect(given(...active, removed).state()).toBeUndefined();
  });

  it('keeps a refused command from changing anything', () => {
    expect(given(...active, a('AccountActivationRejected', { userId, reason: 'already-active' })).state()).toBe(
      'active',
    );
  });
});

describe('activationCodeOf', () => {
  it('is 8 hexadecimal digits that follow from the id', () => {
    expect(activationCodeOf('u1')).toMatch(/^[0-9a-f]{8}$/);
    expect(activationCodeOf('u1')).toBe(activationCodeOf('u1'));
    expect(activationCodeOf('u2')).not.toBe(activationCodeOf('u1'));
  });
});
