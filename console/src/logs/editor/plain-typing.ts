import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';

/** The same way a typed character takes inside CodeMirror: handlers such as closing brackets first, then the text. */
function typeText(view: EditorView, text: string): void {
  const { from, to } = view.state.selection.main;
  const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type' });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (handlers.some((handle) => handle(view, from, to, text, insert))) return;
  view.dispatch(insert());
}

/**
 * Typing over a selection. Left to itself the browser keeps the look of what it replaces by writing style attributes
 * into the page, which the content security policy refuses and reports. So the text is put in here instead.
 */
export const plainTyping: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== 'insertText' || event.isComposing || view.composing) return false;
    if (event.data === null || view.state.selection.main.empty) return false;
    typeText(view, event.data);
    event.preventDefault();
    return true;
  },
});
