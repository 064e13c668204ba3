import { EditorView } from '@codemirror/view';

/** The editor in the console's own tokens, so that both themes and print follow by themselves. */
export const editorTheme = EditorView.theme({
  '&': { fontSize: '13px', backgroundColor: 'var(--sheet)', color: 'var(--ink)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-1px' },
  '.cm-content': { fontFamily: 'var(--face-mono)', padding: '8px 0', caretColor: 'var(--accent)', minHeight: '58px' },
  '.cm-line': { padding: '0 12px', lineHeight: '1.6' },
  '.cm-scroller': { maxHeight: '196px', overflow: 'auto', fontFamily: 'var(--face-mono)' },
  '.cm-cursor': { borderLeftColor: 'var(--accent)', borderLeftWidth: '2px' },
  '.cm-selectionBackground, &.cm-focused .cm-selectionBackground': { background: 'var(--accent-soft) !important' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.tok-command': { color: 'var(--accent)', fontWeight: '600' },
  '.tok-word': { color: 'var(--accent)' },
  '.tok-function': { color: 'var(--series-4)' },
  '.tok-text, .tok-regex': { color: 'var(--series-3)' },
  '.tok-number': { color: 'var(--series-2)' },
  '.tok-comment': { color: 'var(--ink-3)', fontStyle: 'italic' },
  '.tok-pipe': { color: 'var(--ink-3)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--broken) 1.2px',
    textUnderlineOffset: '4px',
    background: 'var(--broken-soft)',
  },
  '.cm-tooltip': {
    border: '1px solid var(--line-2)',
    borderRadius: '4px',
    background: 'var(--sheet)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow)',
    zIndex: '30',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--face-mono)',
    fontSize: '12.5px',
    maxHeight: '240px',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '3px 10px', lineHeight: '1.5' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--accent-soft)',
    color: 'var(--ink)',
  },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal', marginLeft: '8px' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo': { padding: '8px 12px', maxWidth: '320px', fontSize: '13px', lineHeight: '1.45' },
  '.cm-completionInfo code': { display: 'block', marginTop: '6px', color: 'var(--ink-2)' },
  '.cm-diagnostic': {
    padding: '6px 10px',
    borderLeft: '4px solid var(--broken)',
    whiteSpace: 'pre-line',
    fontSize: '13px',
  },
});
