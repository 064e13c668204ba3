import { BellPlus, X } from 'lucide-react';
import { cx } from '../base/class-names.ts';
import { Button, IconButton } from '../parts/button.tsx';
import { TableFrame } from '../parts/page.tsx';
import { ExpressionField } from './expression-field.tsx';
import { type GraphSeries, Value } from './graph.tsx';
import { extentOf, type Grid } from './grid.ts';
import { dimensionsText, type Line } from './lines.ts';
import { StatisticSelect } from './statistic-select.tsx';

export interface LineTableProps {
  readonly lines: readonly Line[];
  readonly series: readonly GraphSeries[];
  readonly grid: Grid;
  readonly hovered: number | undefined;
  readonly periodSeconds: number;
  readonly onChange: (line: Line) => void;
  readonly onRemove: (line: Line) => void;
  readonly onAlarm: ((line: Line) => void) | undefined;
}

function What({ line, ...props }: { readonly line: Line } & LineTableProps) {
  if (line.type === 'expression')
    return (
      <ExpressionField
        line={line}
        lines={props.lines}
        periodSeconds={props.periodSeconds}
        onChange={(expression) => props.onChange({ ...line, expression })}
      />
    );
  return (
    <div className="min-w-52">
      <span className="font-medium">{line.name}</span> <span className="text-xs text-ink-3">{line.namespace}</span>
      <div className="font-mono text-xs break-all text-ink-2">{dimensionsText(line.dimensions)}</div>
    </div>
  );
}

/** Figures of the series that a line has become; a search may have become several, of which each has its own row. */
function Figures({
  series,
  row,
  grid,
  hovered,
}: { readonly series: GraphSeries | undefined; readonly row: number } & Pick<LineTableProps, 'grid' | 'hovered'>) {
  const values = grid.rows[row] ?? [];
  const extent = series === undefined ? undefined : extentOf(values);
  const unit = series?.unit ?? 'None';
  const at = hovered === undefined ? extent?.last : (values[hovered] ?? undefined);
  return [at, extent?.least, extent?.most].map((value, column) => (
    <td
      // biome-ignore lint/suspicious/noArrayIndexKey: the columns of a row are always the same three.
      key={column}
      className={cx('figure min-w-20 whitespace-nowrap', column === 0 ? 'font-semibold' : 'text-ink-2')}
    >
      {value === undefined ? <span className="text-ink-3">–</span> : <Value value={value} unit={unit} />}
    </td>
  ));
}

function Swatch({
  line,
  colour,
  onToggle,
}: {
  readonly line: Line;
  readonly colour: string | undefined;
  readonly onToggle: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={line.shown}
      aria-label={`${line.shown ? 'Hide' : 'Show'} ${line.id}`}
      title={line.shown ? 'Hide this line' : 'Show this line'}
      onClick={onToggle}
      className="flex h-6 items-center gap-2 rounded-md px-1 font-mono text-xs"
    >
      <i
        className={cx('inline-block h-[3px] w-5', !line.shown && 'opacity-30')}
        style={{ background: `var(${colour ?? '--ink-3'})` }}
      />
      <span className={line.shown ? '' : 'text-ink-3 line-through'}>{line.id}</span>
    </button>
  );
}

function LineRow({ line, ...props }: { readonly line: Line } & LineTableProps) {
  const row = props.series.findIndex(({ key }) => key === line.id || key.startsWith(`${line.id} `));
  const series = props.series[row];
  return (
    <tr>
      <td className="whitespace-nowrap">
        <Swatch line={line} colour={series?.colour} onToggle={() => props.onChange({ ...line, shown: !line.shown })} />
      </td>
      <td className="w-full">
        <What line={line} {...props} />
      </td>
      <td>
        {line.type === 'metric' && (
          <StatisticSelect
            label={`Statistic of ${line.id}`}
            value={line.statistic}
            onChange={(statistic) => props.onChange({ ...line, statistic })}
          />
        )}
      </td>
      <Figures series={series} row={row} grid={props.grid} hovered={props.hovered} />
      <td className="whitespace-nowrap">
        <span className="flex items-center justify-end gap-1">
          {props.onAlarm !== undefined && (
            <Button small onClick={() => props.onAlarm?.(line)} aria-label={`Create an alarm from ${line.id}`}>
              <BellPlus size={13} /> Alarm…
            </Button>
          )}
          <IconButton label={`Take ${line.id} away`} onClick={() => props.onRemove(line)}>
            <X size={14} />
          </IconButton>
        </span>
      </td>
    </tr>
  );
}

/** The lines with their values: what the graph shows, and where it is changed. */
export function LineTable(props: LineTableProps) {
  const heads = ['Line', 'What', 'Statistic'];
  const figures = [props.hovered === undefined ? 'Last' : 'At cursor', 'Least', 'Most'];
  return (
    <TableFrame label="Lines of the graph">
      <table className="ledger">
        <thead>
          <tr>
            {heads.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
            {figures.map((name) => (
              <th key={name} scope="col" className="figure">
                {name}
              </th>
            ))}
            <th scope="col">
              <span className="sr-only">Acts</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <LineRow key={line.id} line={line} {...props} />
          ))}
        </tbody>
      </table>
    </TableFrame>
  );
}
