import { sum } from '../../base/sum.ts';
import { minuteMs } from '../../base/time.ts';
import type { Message, MessageData } from '../../broker/message.ts';
import { between, chance } from '../engine/distributions.ts';
import type { RandomStream } from '../engine/random.ts';
import { type Behaviour, reply, sleep } from '../world/process.ts';
import type { World } from '../world/world.ts';
import type { Customer } from './customer.ts';

/** How long a customer waits for an answer of the shop before giving up [ms]. */
const patienceMs = minuteMs;
/** How long one waits for the mail with the activation link [ms]. */
const mailPatienceMs = 3 * minuteMs;

export type CartLine = { readonly quantity: number; readonly price: number };

/** A customer on a visit: the clicks that the shop offers, each a behaviour that ends with the shop's answer or without one. */
export class Shopper {
  /** Unique name of the visit. */
  readonly name: string;
  readonly world: World;
  readonly customer: Customer;
  readonly random: RandomStream;
  /** What the customer sees in the cart: lines that the shop has confirmed and not taken away. */
  readonly cart = new Map<string, CartLine>();
  readonly #correlationId: string;
  readonly #onAct: ((message: Message) => void) | undefined;
  #acts = 0;
  #carts = 0;
  #cartId = '';
  /** The id of the event that the next command follows from. */
  #causeId = '';

  /**
   * @param visit unique name of the visit; names the random stream and the acts
   * @param onAct sees each command; anomalies declare their actors' commands causal roots here
   */
  constructor(
    visit: string,
    options: {
      readonly world: World;
      readonly customer: Customer;
      readonly onAct?: ((message: Message) => void) | undefined;
    },
  ) {
    this.world = options.world;
    this.customer = options.customer;
    this.name = visit;
    this.#onAct = options.onAct;
    this.random = options.world.stream(`visit/${visit}`);
    this.#correlationId = options.world.opaqueId('v', visit);
  }

  /** Keeps the view of the cart; give it to `runProcess` as `observe`. */
  readonly observe = (event: Message): void => {
    const { cartId, productId, quantity, price } = event.data;
    if (cartId !== this.#cartId || typeof productId !== 'string') return;
    if (event.type === 'CartLineUpdated')
      this.cart.set(productId, { quantity: Number(quantity), price: Number(price) });
    if (event.type === 'ProductRemovedFromCart') this.cart.delete(productId);
  };

  /** Looks at this number of pages. 29 s is the median of a product page, interquartile range 18-45 s (UCI Online Shoppers). */
  *browse(pages: number): Behaviour {
    let ms = 0;
    for (let page = 0; page < pages; page += 1) ms += 1000 * Math.exp(Math.log(29) + 0.68 * this.#normal());
    yield* sleep(ms);
  }

  /** Registers and follows the activation link. True if the account is active at the end. */
  *register(): Behaviour<boolean> {
    const { userId } = this.customer;
    if (this.customer.account === 'none') {
      this.#send('user-management', 'RegisterUser', userId, {
        userId,
        ...this.customer.person(),
        passwordHash: this.#passwordHash(),
      });
      const link = yield* reply(
        event => event.type === 'ActivationLinkSent' || event.type === 'UserRegistrationRejected',
        mailPatienceMs,
      );
      if (link?.type !== 'ActivationLinkSent') return false;
      this.#causeId = link.id;
      this.customer.account = 'registered';
      this.customer.activationCode = String(link.data.activationCode);
    }
    yield* sleep(between(this.random, 15_000, 150_000));
    const mistyped = chance(this.random, 0.02);
    if (mistyped && !(yield* this.#activate('00000000'))) yield* sleep(between(this.random, 5_000, 30_000));
    return this.customer.account === 'active' || (yield* this.#activate(this.customer.activationCode));
  }

  /** Opens a new cart. True if the shop answered. */
  *openCart(): Behaviour<boolean> {
    this.#cartId = this.world.opaqueId('c', `${this.name}/cart/${this.#carts++}`);
    this.cart.clear();
    this.#sendToCart('CreateCart', {});
    return (yield* this.#answer(['CartCreated'])) !== undefined;
  }

  /**
   * Puts units of a product into the cart and waits until the shop holds them.
   *
   * @param lure id of the event that made the customer want it, such as a price change
   */
  *add(productId: string, quantity: number, lure?: string): Behaviour<'held' | 'refused' | 'no-answer'> {
    if (lure !== undefined) this.#causeId = lure;
    this.#sendToCart('AddProductToCart', { productId, quantity });
    const answer = yield* this.#answer(['CartLineUpdated', 'ProductRemovedFromCart', 'CartChangeRejected'], productId);
    if (answer === undefined) return 'no-answer';
    return answer.type === 'CartLineUpdated' ? 'held' : 'refused';
  }

  *remove(productId: string): Behaviour {
    this.#sendToCart('RemoveProductFromCart', { productId, reason: 'customer' });
    yield* this.#answer(['ProductRemovedFromCart', 'CartChangeRejected'], productId);
  }

  *clear(): Behaviour {
    this.#sendToCart('ClearCart', { reason: 'customer' });
    if ((yield* this.#answer(['CartCleared', 'CartChangeRejected'])) !== undefined) this.cart.clear();
  }

  /** Submits what is in the cart. The order's id if it was paid. */
  *checkOut(): Behaviour<string | undefined> {
    const lines = [...this.cart].map(([productId, { quantity, price }]) => ({ productId, quantity, price }));
    if (lines.length === 0) return undefined;
    const { userId } = this.customer;
    const orderId = this.world.opaqueId('o', this.#cartId);
    const total = sum(lines, ({ quantity, price }) => quantity * Math.round(price * 100)) / 100;
    this.#send('order', 'SubmitOrder', orderId, { orderId, cartId: this.#cartId, userId, lines, total });
    const answer = yield* this.#answer(['OrderPaid', 'OrderCancelled', 'OrderRejected']);
    return answer?.type === 'OrderPaid' ? orderId : undefined;
  }

  *cancel(orderId: string): Behaviour {
    this.#send('order', 'CancelOrder', orderId, { orderId, userId: this.customer.userId, reason: 'customer' });
    yield* this.#answer(['OrderCancelled', 'OrderCancellationRejected']);
  }

  /** Enters another mail address. */
  *updateDetails(): Behaviour {
    const { userId, person } = this.customer;
    const { name, email } = person();
    this.#send('user-management', 'UpdateAccountDetails', userId, {
      userId,
      name,
      email: `${this.random.integer(1, 99)}.${email}`,
    });
    yield* this.#answer(['UserAccountUpdated', 'AccountUpdateRejected']);
  }

  *changePassword(): Behaviour {
    const { userId } = this.customer;
    this.#send('user-management', 'ChangePassword', userId, { userId, passwordHash: this.#passwordHash() });
    yield* this.#answer(['PasswordChanged', 'PasswordChangeRejected']);
  }

  *removeAccount(): Behaviour {
    const { userId } = this.customer;
    this.#send('user-management', 'RemoveAccount', userId, { userId });
    const answer = yield* this.#answer(['UserAccountRemoved', 'AccountRemovalRejected']);
    if (answer?.type === 'UserAccountRemoved') this.customer.account = 'none';
  }

  *#activate(activationCode: string): Behaviour<boolean> {
    const { userId } = this.customer;
    this.#send('user-management', 'ActivateAccount', userId, { userId, activationCode });
    const answer = yield* this.#answer(['UserAccountActivated', 'AccountActivationRejected']);
    if (answer?.type === 'UserAccountActivated') this.customer.account = 'active';
    return this.customer.account === 'active';
  }

  *#answer(types: readonly string[], productId?: string): Behaviour<Message | undefined> {
    const answer = yield* reply(
      event => types.includes(event.type) && (productId === undefined || event.data.productId === productId),
      patienceMs,
    );
    if (answer !== undefined) this.#causeId = answer.id;
    return answer;
  }

  #sendToCart(type: string, data: MessageData): void {
    const cartId = this.#cartId;
    this.#send('cart', type, cartId, { cartId, userId: this.customer.userId, ...data });
  }

  #send(service: string, type: string, subject: string, data: MessageData): void {
    const message = this.world.send({
      service,
      type,
      subject,
      data,
      source: '/customers',
      correlationid: this.#correlationId,
      causationid: this.#causeId,
      act: `${this.name}/${this.#acts++}`,
    });
    this.#onAct?.(message);
  }

  #passwordHash(): string {
    return this.world.opaqueId('h', `${this.name}/password/${this.#acts}`);
  }

  /** Sum of 12 uniforms less 6: close enough to normal for the time on a page, and cheap. */
  #normal(): number {
    let sum = -6;
    for (let index = 0; index < 12; index += 1) sum += this.random.uniform();
    return sum;
  }
}
