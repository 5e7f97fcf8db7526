import { cannot } from '../../base/errors.ts';
import { expectedWords, pluralize } from '../../base/words.ts';
import { allow } from '../../broker/kafka/acls.ts';
import { connectKafka } from '../../broker/kafka/connect-kafka.ts';
import { Topics } from '../../broker/topics.ts';
import { formatTable } from '../../lab/report/terminal/table.ts';
import { accessRules, collectorRole } from '../../shop/live/access-rules.ts';
import { services } from '../../shop/services/registry.ts';
import { brokerUrl } from '../broker-url.ts';
import { kafkaOnly, kafkaOptions } from '../kafka-options.ts';
import { pairs, topicPrefix } from '../option-values.ts';
import { flag, option } from '../options.ts';
import { defineVerb } from '../verb.ts';

/** `cqshop acls`. */
export const verb = defineVerb({
  description:
    'Prints the least rights that cqshop serve needs, with one user per service, and those of cqshop collect. With --apply it sets them on the broker, and removes no other rights. With these rights, only the service itself can read its commands.',
  options: {
    broker: option('<url>', 'kafka://host:port', brokerUrl, 'kafka://localhost:9092'),
    topicPrefix: option('<prefix>', 'prefix of the topics of the run', topicPrefix, ''),
    users: option(
      '<pairs>',
      'names of users, such as cart=alice,collector=bob (default: the name of the service, and collector)',
      pairs,
    ),
    apply: flag('set the rights on the broker; your user needs the right to do so'),
    ...kafkaOptions,
  },
  examples: ['cqshop acls --topic-prefix live-', 'cqshop acls --apply --broker kafka://localhost:9092'],
  async run({ options }, io) {
    const { users = new Map<string, string>() } = options;
    const roles = [...services.map(({ name }) => name), collectorRole];
    for (const role of users.keys()) {
      if (roles.includes(role)) continue;
      throw cannot('UNKNOWN_NAME', `name the user of ${role}`)('it is unknown', expectedWords(role, roles));
    }
    const rules = accessRules(new Topics(options.topicPrefix), role => users.get(role) ?? role);
    if (options.apply) {
      await allow(await connectKafka(kafkaOnly(options, { doing: 'set rights' }), options.topicPrefix), rules);
    }
    io.result({ rules, applied: options.apply }, () => {
      const rows = rules.map(({ user, resource, name, operations }) => [user, resource, name, operations.join(', ')]);
      const table = formatTable(['user', 'what', 'name', 'may'], rows, io);
      return options.apply ? `${table}\n\n${pluralize(rules.length, 'right was', 'rights were')} set` : table;
    });
    return 0;
  },
});
