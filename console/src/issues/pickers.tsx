import { ChevronDown } from 'lucide-react';
import { Popover } from 'radix-ui';
import { useProjectList } from '../api/projects.ts';
import { Button } from '../parts/button.tsx';
import { CheckList } from '../parts/field.tsx';
import { useEnvironments } from './known-values.ts';

/** Of which projects; none chosen is all of them. */
export function ProjectsPicker({
  chosen,
  onChange,
}: {
  readonly chosen: readonly string[];
  readonly onChange: (slugs: readonly string[]) => void;
}) {
  const projects = useProjectList();
  const label =
    chosen.length === 0 ? 'All projects' : chosen.length === 1 ? (chosen[0] ?? '') : `${chosen.length} projects`;
  return (
    <Popover.Root>
      <Popover.Trigger asChild>
        <Button className="max-w-52 min-w-0" aria-label={`Projects: ${label}`}>
          <span className="truncate">{label}</span> <ChevronDown size={13} className="shrink-0" />
        </Button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="start"
          sideOffset={4}
          collisionPadding={8}
          aria-label="Projects"
          className="floating max-h-[60dvh] w-64 overflow-auto p-3"
        >
          <CheckList
            legend="Show issues of"
            choices={projects.map(({ slug, name }) => ({ value: slug, label: name === '' ? slug : name }))}
            chosen={chosen}
            onChange={onChange}
          />
          <Button small disabled={chosen.length === 0} onClick={() => onChange([])}>
            All projects
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

/** Of one project or of all; for pages that compare within a project. */
export function ProjectSelect({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (slug: string | undefined) => void;
}) {
  const projects = useProjectList();
  return (
    <select
      aria-label="Project"
      className="control max-w-48"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
    >
      <option value="">All projects</option>
      {projects.map(({ slug, name }) => (
        <option key={slug} value={slug}>
          {name === '' ? slug : name}
        </option>
      ))}
    </select>
  );
}

export function EnvironmentSelect({
  value,
  onChange,
}: {
  readonly value: string | undefined;
  readonly onChange: (environment: string | undefined) => void;
}) {
  const known = useEnvironments(true);
  const environments = value === undefined || known.includes(value) ? known : [...known, value];
  return (
    <select
      aria-label="Environment"
      className="control max-w-44"
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
    >
      <option value="">All environments</option>
      {environments.map((environment) => (
        <option key={environment}>{environment}</option>
      ))}
    </select>
  );
}
