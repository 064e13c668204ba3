import { acceptCompletion, autocompletion, closeBrackets, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { type Diagnostic, linter } from '@codemirror/lint';
import { EditorState, type Extension, Prec, type Range } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  keymap,
  placeholder,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import { type RefObject, useEffect, useImperativeHandle, useRef } from 'react';
import { checkQuery } from '../../api/logs.ts';
import type { QueryMistake, QueryWords } from '../../api/types.ts';
import { cspNonce } from '../../base/csp-nonce.ts';
import { completeWith } from './completion.ts';
import { plainTyping } from './plain-typing.ts';
import { editorTheme } from './theme.ts';
import { tokenize } from './tokens.ts';

export interface EditorHandle {
  readonly goTo: (offset: number) => void;
}

export interface QueryEditorProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onRun: () => void;
  readonly onMistakes: (mistakes: readonly QueryMistake[]) => void;
  readonly words: QueryWords | undefined;
  readonly handle: RefObject<EditorHandle | null>;
}

const CHECK_DELAY_MS = 250;

const marksOf = (view: EditorView): DecorationSet => {
  const ranges: Range<Decoration>[] = tokenize(view.state.doc.toString()).map(({ kind, from, to }) =>
    Decoration.mark({ class: `tok-${kind}` }).range(from, to),
  );
  return Decoration.set(ranges);
};

const highlighting = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = marksOf(view);
    }
    update(update: ViewUpdate): void {
      if (update.docChanged) this.decorations = marksOf(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const diagnosticOf = (mistake: QueryMistake, length: number): Diagnostic => ({
  from: Math.min(mistake.offset, length),
  to: Math.min(mistake.offset + Math.max(mistake.length, 1), length),
  severity: 'error',
  message: `${mistake.message}\n${mistake.hint}`,
});

/** Asks the server for the mistakes a moment after the last key; while it cannot answer, there are none to show. */
const checking = (report: (mistakes: readonly QueryMistake[]) => void): Extension =>
  linter(
    async (view) => {
      const query = view.state.doc.toString();
      const { mistakes } = await checkQuery(query).catch(() => ({ mistakes: [] }));
      if (view.state.doc.toString() !== query) return [];
      report(mistakes);
      return mistakes.map((mistake) => diagnosticOf(mistake, query.length));
    },
    { delay: CHECK_DELAY_MS },
  );

interface Live {
  current: QueryEditorProps;
}

const extensionsFor = (live: Live): Extension[] => [
  EditorView.cspNonce.of(cspNonce()),
  history(),
  closeBrackets(),
  Prec.highest(
    keymap.of([
      {
        key: 'Mod-Enter',
        run: () => {
          live.current.onRun();
          return true;
        },
      },
      { key: 'Tab', run: acceptCompletion },
      {
        key: 'Escape',
        run: (view) => {
          if (view.dom.querySelector('.cm-tooltip') !== null) return false;
          view.contentDOM.blur();
          return true;
        },
      },
    ]),
  ),
  keymap.of([...completionKeymap, ...historyKeymap, ...defaultKeymap]),
  autocompletion({ override: [completeWith(() => live.current.words)], icons: false }),
  checking((mistakes) => live.current.onMistakes(mistakes)),
  plainTyping,
  highlighting,
  editorTheme,
  EditorView.lineWrapping,
  placeholder('fields @timestamp, @message'),
  EditorView.contentAttributes.of({
    'aria-label': 'Query',
    'aria-description': 'Ctrl Enter runs the query, Escape leaves the editor',
    spellcheck: 'false',
    autocapitalize: 'off',
  }),
  EditorView.updateListener.of((update) => {
    if (update.docChanged) live.current.onChange(update.state.doc.toString());
  }),
];

/** CodeMirror for Insights queries. Its text follows `value`, so that clicks elsewhere can change it. */
export function QueryEditor(props: QueryEditorProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const live = useRef(props);
  live.current = props;

  useEffect(() => {
    if (box.current === null) return;
    const state = EditorState.create({ doc: live.current.value, extensions: extensionsFor(live) });
    const made = new EditorView({ state, parent: box.current });
    view.current = made;
    return () => made.destroy();
  }, []);

  useEffect(() => {
    const doc = view.current?.state.doc.toString();
    if (doc === undefined || doc === props.value) return;
    view.current?.dispatch({ changes: { from: 0, to: doc.length, insert: props.value } });
  }, [props.value]);

  useImperativeHandle(props.handle, () => ({
    goTo: (offset) => {
      view.current?.dispatch({ selection: { anchor: offset }, scrollIntoView: true });
      view.current?.focus();
    },
  }));
  return <div ref={box} data-search="" className="query-editor" />;
}
