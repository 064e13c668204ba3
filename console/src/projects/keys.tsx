import { Plus } from 'lucide-react';
import { useState } from 'react';
import type { Project, ProjectKey } from '../api/issue-types.ts';
import { useChangeProjectKey, useCreateProjectKey, useProjectKeys } from '../api/projects.ts';
import { useMay } from '../api/session.ts';
import { Button } from '../parts/button.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Dialog, DialogActions } from '../parts/dialog.tsx';
import { TextField } from '../parts/field.tsx';
import { Ago } from '../parts/moment.tsx';
import { FailureNotice, Notice } from '../parts/notice.tsx';
import { Section, TableFrame, Tag } from '../parts/page.tsx';
import { BoneRows } from '../parts/skeleton.tsx';

const LABEL_MAX = 200;

function DeactivateDialog({
  slug,
  projectKey,
  onClose,
}: {
  readonly slug: string;
  readonly projectKey: ProjectKey;
  readonly onClose: () => void;
}) {
  const change = useChangeProjectKey(slug);
  return (
    <Dialog open onOpenChange={onClose} title={`Deactivate ${projectKey.label}`}>
      <Notice tone="warn" title="What is sent with it is refused from now on.">
        Applications with this DSN lose their events until they have another or this one is active again.
      </Notice>
      {change.isError && <FailureNotice error={change.error} />}
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          tone="danger"
          disabled={change.isPending}
          onClick={() => change.mutate({ publicKey: projectKey.publicKey, isActive: false }, { onSuccess: onClose })}
        >
          Deactivate
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function KeyRow({
  slug,
  projectKey,
  onDeactivate,
}: {
  readonly slug: string;
  readonly projectKey: ProjectKey;
  readonly onDeactivate: () => void;
}) {
  const change = useChangeProjectKey(slug);
  const mayManage = useMay('manageIssues');
  const { publicKey, label, isActive, dsn, createdMs, lastUsedMs } = projectKey;
  return (
    <tr>
      <td className="whitespace-nowrap">
        <span className="font-medium">{label}</span> {!isActive && <Tag tone="warn">not active</Tag>}
      </td>
      <td className="w-full min-w-72">
        <span className="flex items-center gap-2">
          <code className="min-w-0 text-xs break-all">{dsn}</code>
          <CopyButton text={dsn} />
        </span>
        <details className="mt-1 text-xs text-ink-3">
          <summary>Address for reports of browsers (CSP)</summary>
          <code className="break-all">{projectKey.securityUrl}</code>
        </details>
      </td>
      <td className="whitespace-nowrap">{lastUsedMs === undefined ? 'never' : <Ago at={lastUsedMs} />}</td>
      <td className="whitespace-nowrap">
        <Ago at={createdMs} />
      </td>
      <td>
        {mayManage &&
          (isActive ? (
            <Button small onClick={onDeactivate}>
              Deactivate…
            </Button>
          ) : (
            <Button small disabled={change.isPending} onClick={() => change.mutate({ publicKey, isActive: true })}>
              Activate
            </Button>
          ))}
      </td>
    </tr>
  );
}

function NewKey({ slug, onClose }: { readonly slug: string; readonly onClose: () => void }) {
  const create = useCreateProjectKey(slug);
  const [label, setLabel] = useState('');
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title="New key"
      description="A second DSN, so that one part of the application can be told apart or cut off alone."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          create.mutate(label.trim(), { onSuccess: onClose });
        }}
      >
        <TextField
          label="Name"
          hint="Such as mobile, or the name of a customer."
          maxLength={LABEL_MAX}
          autoComplete="off"
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
        {create.isError && <FailureNotice error={create.error} />}
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="accent" type="submit" disabled={label.trim() === '' || create.isPending}>
            Create
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** With which addresses may be sent? */
export function Keys({ project }: { readonly project: Project }) {
  const keys = useProjectKeys(project.slug);
  const mayManage = useMay('manageIssues');
  const [isMaking, setMaking] = useState(false);
  const [off, setOff] = useState<ProjectKey>();
  return (
    <Section
      title="Keys"
      lead="A key is the first part of a DSN. It allows sending and nothing else, so it is no secret."
      action={
        mayManage && (
          <Button onClick={() => setMaking(true)}>
            <Plus size={14} /> New key
          </Button>
        )
      }
    >
      {keys.isPending && <BoneRows rows={2} label="the keys" />}
      {keys.isError && <FailureNotice error={keys.error} onRetry={() => void keys.refetch()} />}
      {keys.data !== undefined && (
        <TableFrame label="Keys">
          <table className="ledger">
            <thead>
              <tr>
                {['Key', 'DSN', 'Used', 'Made'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                <th scope="col">
                  <span className="sr-only">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {keys.data.map((one) => (
                <KeyRow key={one.publicKey} slug={project.slug} projectKey={one} onDeactivate={() => setOff(one)} />
              ))}
            </tbody>
          </table>
        </TableFrame>
      )}
      {isMaking && <NewKey slug={project.slug} onClose={() => setMaking(false)} />}
      {off !== undefined && <DeactivateDialog slug={project.slug} projectKey={off} onClose={() => setOff(undefined)} />}
    </Section>
  );
}
