import { Button } from '../parts/button.tsx';
import { Snippet } from '../parts/copy.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';

/** The secret by which a receiver checks what it gets; closed by a deliberate click alone. */
export function SigningSecretOnce(props: {
  readonly name: string;
  readonly secret: string;
  readonly onDone: () => void;
}) {
  return (
    <Dialog
      open
      onOpenChange={props.onDone}
      sticky
      wide
      title={`The channel ${props.name} is made`}
      description="Its signing secret is shown only now. Holdfast keeps it sealed and cannot show it again."
    >
      <p className="mb-1 text-sm font-medium">Signing secret</p>
      <Snippet text={props.secret} label="Signing secret" className="mb-3" />
      <p className="text-sm text-ink-2">
        The receiver checks the header <code>Holdfast-Signature</code> with it: <code>t=seconds,v1=hex</code>, where hex
        is HMAC-SHA256 over the seconds, a full stop and the body.
      </p>
      <DialogActions>
        <Button tone="accent" onClick={props.onDone}>
          I have stored it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
