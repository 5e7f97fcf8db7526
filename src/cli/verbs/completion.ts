import { cannot } from '../../base/errors.ts';
import { expectedWords } from '../../base/words.ts';
import { completionsOf, type Shell, shells, type Verbs } from '../completion.ts';
import { exitCodes } from '../exit-codes.ts';
import { defineVerb, type Verb } from '../verb.ts';

/** `cqshop completion SHELL`: the script on stdout. It needs all verbs, which the registry gives it. */
export const completionOf = (verbs: Verbs): Verb =>
  defineVerb({
    description: `Prints a script that completes verbs, subjects, names and flags of cqshop when you press Tab.

Add a line to the start-up file of your shell:
  bash  ~/.bashrc                     source <(cqshop completion bash)
  zsh   ~/.zshrc                      source <(cqshop completion zsh)
  fish  ~/.config/fish/config.fish    cqshop completion fish | source`,
    arguments: [{ name: '<shell>', description: Object.keys(shells).join(', ') }],
    examples: ['cqshop completion bash'],
    async run({ arguments: [shell = ''] }, io) {
      const names = Object.keys(shells);
      const found = names.find((name): name is Shell => name === shell);
      if (found === undefined)
        throw cannot('USAGE', `complete for "${shell}"`)('it is unknown', expectedWords(shell, names));
      const all = await completionsOf(verbs);
      io.result(all, () => shells[found](all));
      return exitCodes.done;
    },
  });
