import { shellWord } from '../../shell-word.ts';
import { defineVerb } from '../../verb.ts';
import { writeTemplate } from '../../write-template.ts';

/** `cqshop init mapping [NAME]`: writes the file and prints its path. */
export const verb = defineVerb({
  description: 'Writes a commented mapping for messages of another system. Never replaces a file.',
  arguments: [{ name: '[name]', description: 'name of the file, without .yaml (default: my-mapping)' }],
  examples: ['cqshop init mapping my-mapping'],
  async run({ arguments: [name = 'my-mapping'] }, io) {
    const file = writeTemplate(name, mappingTemplate);
    const command = `npx ${collect(file)}`;
    io.result({ file, command }, () => `wrote ${file}\nread a topic with it:\n  ${command}`);
    return 0;
  },
});

function collect(path: string): string {
  return `cqshop collect --broker kafka://localhost:9092 --topics orders --mapping ${shellWord(path)} --out datasets/orders`;
}

/** A mapping with a comment for each key; `collect --mapping` accepts it. */
function mappingTemplate(path: string): string {
  return `# Says where the columns of a dataset are in JSON messages that cqshop did not write.
# All keys and paths: docs/formats.md.
#
#   ${collect(path)}
#   cqshop detect traffic-intensity --broker kafka://localhost:9092 --topics orders --mapping ${shellWord(path)} --model MODEL --follow
version: 1

# What the values are: json, cloudevents, debezium or avro.
# decoder: json

# What kind of message it is: a path into the value, or topic, key, timestamp, header:NAME. A field of the value that
# has one of these names is written value:NAME, such as value:topic. Put a name with dots in quotes: '"event.name"'.
type: topic
# What the message is about: orders, users, devices.
entity: key
# When it happened: RFC 3339 with an offset, or s, ms, us or ns since 1970. timestamp is the record's own.
time: timestamp
# The time zone of times without an offset.
# zone: Europe/Berlin

# Further columns, if your messages have them. A dot goes one level deeper, a number into a list.
# fields:
#   userId: customer.id
#   productId: lines.0.sku
#   orderId: order
#   quantity: lines.0.count
#   price: amount
`;
}
