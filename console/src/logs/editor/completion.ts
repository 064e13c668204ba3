import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { QueryWords } from '../../api/types.ts';
import { commandOf, quoteField, stagesOf } from '../query-edit.ts';

const KEYWORDS = ['and', 'or', 'not', 'in', 'like', 'as', 'by', 'asc', 'desc'];

const commandChoices = (words: QueryWords): Completion[] =>
  words.commands.map(({ name, help, example }) => ({
    label: name,
    type: 'command',
    apply: `${name} `,
    info: () => paragraph(help, example),
  }));

function paragraph(help: string, code: string): HTMLElement {
  const box = document.createElement('div');
  const text = document.createElement('p');
  text.textContent = help;
  const sample = document.createElement('code');
  sample.textContent = code;
  box.append(text, sample);
  return box;
}

const expressionChoices = (words: QueryWords): Completion[] => [
  ...words.fields.map(({ name, type }) => ({
    label: name,
    type: 'field',
    detail: type,
    apply: quoteField(name),
    boost: 2,
  })),
  ...words.functions.map(({ name, signature, help }) => ({
    label: name,
    type: 'function',
    detail: signature.slice(name.length),
    apply: `${name}(`,
    info: () => paragraph(help, signature),
  })),
  ...KEYWORDS.map((label) => ({ label, type: 'word', boost: -1 })),
];

/** Commands at the start of a stage; fields and functions after a command. */
export function completeWith(readWords: () => QueryWords | undefined): CompletionSource {
  return (context: CompletionContext): CompletionResult | null => {
    const words = readWords();
    const typed = context.matchBefore(/[@`\w.]+/);
    if (words === undefined || (typed === null && !context.explicit)) return null;
    const from = typed?.from ?? context.pos;
    const stage = stagesOf(context.state.sliceDoc(0, from)).at(-1);
    const options = stage === undefined || commandOf(stage) === '' ? commandChoices(words) : expressionChoices(words);
    return { from, options, validFor: /^[@`\w.]*$/ };
  };
}
